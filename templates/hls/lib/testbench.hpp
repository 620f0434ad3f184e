// Feeds a design with frames from a file and compares what comes out with another file, or writes it.
//
// A file holds frame after frame, in a frame port after port, of a port beat after beat: the bytes of TDATA, least
// significant first. "-" is standard input or output.
#ifndef SLUICE_TESTBENCH_HPP
#define SLUICE_TESTBENCH_HPP

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "axis.hpp"

namespace sluice {

class testbench {
   public:
    // Arguments: [input [expected]] or: input --write output; before them, --memory image: "-" where the input begins
    // with it.
    testbench(int argc, char** argv) : frame(-1), differences(0), image(NULL), memory("vectors/memory.bin") {
        if (argc > 2 && !std::strcmp(argv[1], "--memory")) {
            memory = argv[2];
            argc -= 2;
            argv += 2;
        }
        writing = argc > 2 && !std::strcmp(argv[2], "--write");
        input = open(argc > 1 ? argv[1] : "vectors/input.bin", "rb", stdin);
        if (writing && argc < 4) quit("--write needs the name of a file");
        const char* name = writing ? argv[3] : argc > 2 ? argv[2] : "vectors/expected.bin";
        result = open(name, writing ? "wb" : "rb", writing ? stdout : stdin);
    }

    // The image of `bytes` bytes, as beats. Every master sees all of it.
    template <int W>
    void load(ap_uint<W>* beats, int count, int bytes) {
        if (image == NULL) {
            std::FILE* f = std::strcmp(memory, "-") ? open(memory, "rb", stdin) : input;
            image = static_cast<unsigned char*>(std::malloc(bytes));
            if (std::fread(image, 1, bytes, f) != static_cast<size_t>(bytes)) quit("the memory image ends early");
            if (f != input) std::fclose(f);
        }
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < W / 8; b++) beats[i].range(8 * b + 7, 8 * b) = ap_uint<8>(image[i * (W / 8) + b]);
        }
    }

    // True while there is another frame of input.
    bool next() {
        const int c = std::fgetc(input);
        if (c == EOF) return false;
        std::ungetc(c, input);
        frame++;
        return true;
    }

    template <int W>
    void feed(hls::stream<ap_axiu<W, 0, 0, 0> >& port, int beats) {
        for (int i = 0; i < beats; i++) {
            ap_axiu<W, 0, 0, 0> word;
            word.data = 0;
            for (int b = 0; b < W / 8; b++) word.data.range(8 * b + 7, 8 * b) = ap_uint<8>(get(input));
            word.keep = -1;
            word.strb = -1;
            word.last = i == beats - 1 ? 1 : 0;
            port.write(word);
        }
    }

    template <int W>
    void check(hls::stream<ap_axiu<W, 0, 0, 0> >& port, int beats, const char* name) {
        for (int i = 0; i < beats; i++) {
            const ap_axiu<W, 0, 0, 0> word = port.read();
            if ((word.last == 1) != (i == beats - 1)) quit(name, "TLAST is misplaced", i);
            bool equal = true;
            for (int b = 0; b < W / 8; b++) {
                const int byte = ap_uint<8>(word.data.range(8 * b + 7, 8 * b)).to_int();
                if (writing) std::fputc(byte, result);
                else if (get(result) != byte) equal = false;
            }
            if (!equal && differences++ == 0) std::printf("%s: frame %d, beat %d differs\n", name, frame, i);
        }
        if (!port.empty()) quit(name, "more beats than a frame has", beats);
    }

    // Exit code of the program: 0 when all beats were equal.
    int finish() {
        if (writing) return std::fclose(result) == 0 ? 0 : 2;
        std::printf("%d frames, %d differing beats\n", frame + 1, differences);
        return differences == 0 ? 0 : 1;
    }

   private:
    std::FILE *input, *result;
    int frame, differences;
    bool writing;
    unsigned char* image;
    const char* memory;

    static std::FILE* open(const char* name, const char* mode, std::FILE* standard) {
        if (!std::strcmp(name, "-")) return standard;
        std::FILE* f = std::fopen(name, mode);
        if (!f) {
            std::fprintf(stderr, "test bench: cannot open %s\n", name);
            std::exit(2);
        }
        return f;
    }
    static int get(std::FILE* f) {
        const int c = std::fgetc(f);
        if (c == EOF) quit("a vector file ends inside a frame");
        return c;
    }
    void quit(const char* port, const char* what, int beat) {
        std::fprintf(stderr, "%s: frame %d, beat %d: %s\n", port, frame, beat, what);
        std::exit(2);
    }
    static void quit(const char* what) {
        std::fprintf(stderr, "test bench: %s\n", what);
        std::exit(2);
    }
};

}  // namespace sluice

#endif
