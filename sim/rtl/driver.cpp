// Drives any design with AXI4-Stream ports in Verilator: vectors from a file, traces to a file.
//
//   sim VECTORS TRACE
//
// `ports.hpp` is generated per design: it holds `inputPorts`, `outputPorts` and `memoryPorts`, of Vtop&. Both files are
// little-endian 64-bit words, bytes of beats follow padded to whole words; see src/sim/verilator/files.ts.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "Vtop.h"
#include "memory.hpp"
#include "stall.hpp"
#include "verilated.h"

struct Port {
    const char* name;
    void* data;
    size_t storage;  // bytes that Verilator keeps for tdata
    size_t bytes;    // bytes of one beat
    CData* valid;
    CData* ready;
    CData* last;
    uint64_t beatsPerFrame;
};

#include "ports.hpp"

namespace {

constexpr int kResetCycles = 4;
constexpr uint64_t kDrainCycles = 64;
struct Source {
    Port port;
    Stall stall;
    std::vector<uint8_t> beats;
    uint64_t count = 0;
    uint64_t next = 0;
    bool offering = false;
    std::vector<double> cycles;

    void drive() {
        const bool stalls = stall.next();
        if (!offering && next < count && !stalls) offering = true;
        *port.valid = offering;
        memset(port.data, 0, port.storage);
        if (offering) {
            memcpy(port.data, &beats[next * port.bytes], port.bytes);
        } else {
            memset(port.data, 0xa5, port.bytes);  // must not matter
        }
        *port.last = offering ? (next + 1) % port.beatsPerFrame == 0 : stall.state & 1;
    }

    bool sample(uint64_t cycle) {
        if (!offering || !*port.ready) return false;
        cycles.push_back(static_cast<double>(cycle));
        next++;
        offering = false;
        return true;
    }

    bool done() const { return next == count; }
};

struct Sink {
    Port port;
    Stall stall;
    uint64_t expected = 0;
    std::vector<uint8_t> beats;
    std::vector<double> cycles;
    std::vector<uint8_t> held;
    bool holding = false;
    bool heldLast = false;

    void drive() { *port.ready = !stall.next(); }

    bool sample(uint64_t cycle) {
        const uint8_t* data = static_cast<const uint8_t*>(port.data);
        const bool valid = *port.valid;
        const bool last = *port.last;
        if (holding) {
            if (!valid) {
                violation("%s: tvalid fell before tready, cycle %" PRIu64, port.name, cycle);
            } else if (memcmp(held.data(), data, port.bytes) != 0 || last != heldLast) {
                violation("%s: tdata or tlast changed under stall, cycle %" PRIu64, port.name, cycle);
            }
        }
        holding = valid && !*port.ready;
        if (holding) {
            held.assign(data, data + port.bytes);
            heldLast = last;
        }
        if (!valid || !*port.ready) return false;
        const uint64_t index = cycles.size();
        if (last != ((index + 1) % port.beatsPerFrame == 0)) {
            violation("%s: tlast is %d on beat %" PRIu64 " of a frame of %" PRIu64 ", cycle %" PRIu64, port.name, last,
                      index % port.beatsPerFrame, port.beatsPerFrame, cycle);
        }
        if (index == expected) violation("%s: a beat too many, cycle %" PRIu64, port.name, cycle);
        if (index < expected) {
            beats.insert(beats.end(), data, data + port.bytes);
            cycles.push_back(static_cast<double>(cycle));
        }
        return true;
    }

    bool done() const { return cycles.size() == expected; }
};

class Reader {
  public:
    explicit Reader(const char* path) : file_(fopen(path, "rb")) {
        if (!file_) fatal("cannot read the vectors");
    }
    ~Reader() { fclose(file_); }
    uint64_t word() {
        uint64_t v = 0;
        if (fread(&v, sizeof v, 1, file_) != 1) fatal("the vectors end early");
        return v;
    }
    void bytes(std::vector<uint8_t>& out, size_t n) {
        out.resize((n + 7) / 8 * 8);
        if (!out.empty() && fread(out.data(), out.size(), 1, file_) != 1) fatal("the vectors end early");
    }
    static void fatal(const char* text) {
        fprintf(stderr, "%s\n", text);
        exit(2);
    }

  private:
    FILE* file_;
};

class Writer {
  public:
    explicit Writer(const char* path) : file_(fopen(path, "wb")) {
        if (!file_) Reader::fatal("cannot write the trace");
    }
    ~Writer() {
        if (fclose(file_) != 0) Reader::fatal("cannot write the trace");
    }
    void word(uint64_t v) { raw(&v, sizeof v); }
    void doubles(const std::vector<double>& v) {
        word(v.size());
        raw(v.data(), v.size() * sizeof(double));
    }
    void bytes(const void* data, size_t n) {
        static const char zeros[8] = {};
        word(n);
        raw(data, n);
        raw(zeros, (8 - n % 8) % 8);
    }

  private:
    void raw(const void* data, size_t n) {
        if (n && fwrite(data, n, 1, file_) != 1) Reader::fatal("cannot write the trace");
    }
    FILE* file_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) Reader::fatal("usage: sim VECTORS TRACE");
    const std::unique_ptr<VerilatedContext> context{new VerilatedContext};
    context->randReset(2);  // registers without reset start random

    Reader in(argv[1]);
    const uint32_t threshold = static_cast<uint32_t>(in.word());
    const uint64_t idleLimit = in.word();
    context->randSeed(static_cast<int>(in.word() & 0x7fffffff) | 1);
    const std::unique_ptr<Vtop> top{new Vtop{context.get()}};

    std::vector<Source> sources;
    for (const Port& port : inputPorts(*top)) {
        Source s{port, {static_cast<uint32_t>(in.word()), threshold}, {}};
        s.count = in.word();
        in.bytes(s.beats, s.count * port.bytes);
        sources.push_back(s);
    }
    std::vector<Sink> sinks;
    for (const Port& port : outputPorts(*top)) {
        Sink s{port, {static_cast<uint32_t>(in.word()), threshold}};
        s.expected = in.word();
        sinks.push_back(s);
    }

    std::vector<uint8_t> image;
    std::vector<Memory> memories;
    const std::vector<MemoryPort> masters = memoryPorts(*top);
    if (!masters.empty()) {
        const uint64_t latency = in.word();
        const uint64_t step = in.word();
        const uint64_t size = in.word();
        in.bytes(image, size);
        for (const MemoryPort& port : masters) {
            const uint32_t asks = static_cast<uint32_t>(in.word());
            const uint32_t answers = static_cast<uint32_t>(in.word());
            memories.push_back({port, {asks, threshold}, {answers, threshold}, image, latency, step, {}});
        }
    }

    auto edge = [&] {
        top->aclk = 1;
        top->eval();
        top->aclk = 0;
    };
    top->aclk = 0;
    top->aresetn = 0;
    for (int i = 0; i < kResetCycles; i++) {
        for (Source& s : sources) *s.port.valid = 0;
        for (Sink& s : sinks) *s.port.ready = 0;
        for (Memory& m : memories) *m.port.arready = *m.port.rvalid = 0;
        top->eval();
        edge();
    }
    top->aresetn = 1;

    uint64_t cycle = 0;
    uint64_t idle = 0;
    uint64_t drained = 0;
    const uint64_t drain = idleLimit < kDrainCycles ? idleLimit : kDrainCycles;
    while (idle < idleLimit && drained < drain) {
        for (Source& s : sources) s.drive();
        for (Sink& s : sinks) s.drive();
        for (Memory& m : memories) m.drive(cycle);
        top->eval();
        bool moved = false;
        bool done = true;
        for (Source& s : sources) {
            moved |= s.sample(cycle);
            done &= s.done();
        }
        for (Sink& s : sinks) {
            moved |= s.sample(cycle);
            done &= s.done();
        }
        for (Memory& m : memories) m.sample(cycle);
        edge();
        cycle++;
        idle = moved ? 0 : idle + 1;
        drained = done ? drained + 1 : 0;
    }
    top->final();

    bool hung = false;
    for (const Sink& s : sinks) hung |= !s.done();
    for (const Source& s : sources) {
        if (!hung && !s.done()) violation("%s: %" PRIu64 " beats were never taken", s.port.name, s.count - s.next);
    }
    Writer out(argv[2]);
    out.word(cycle);
    out.word(hung);
    for (const Source& s : sources) out.doubles(s.cycles);
    for (const Sink& s : sinks) {
        out.doubles(s.cycles);
        out.bytes(s.beats.data(), s.beats.size());
    }
    for (const Memory& m : memories) {
        out.doubles(m.cycles);
        out.doubles(m.addresses);
        out.doubles(m.beats);
    }
    std::string text;
    for (const std::string& v : violations) text += v + "\n";
    out.bytes(text.data(), text.size());
    return 0;
}
