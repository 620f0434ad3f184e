// hls::stream for simulation: an unbounded queue. Reading an empty stream is an error, not a wait: nothing runs beside
// the reader, so the data would never come.
#ifndef HLS_STREAM_H
#define HLS_STREAM_H

#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace hls {

// A ring that doubles when full; no standard container, to compile fast.
template <typename T, int DEPTH = 0>
class stream {
   public:
    explicit stream(const char* name = "unnamed") : label(name), ring(new T[8]), capacity(8), head(0), count(0) {}
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;
    // What nobody reads would block the hardware.
    ~stream() {
        if (!empty()) fail("destroyed with data left in it");
        delete[] ring;
    }

    bool empty() const { return count == 0; }
    bool full() const { return false; }
    std::size_t size() const { return count; }
    void write(const T& value) {
        if (count == capacity) grow();
        ring[(head + count++) & (capacity - 1)] = value;
    }
    bool write_nb(const T& value) {
        write(value);
        return true;
    }
    T read() {
        T value;
        read(value);
        return value;
    }
    void read(T& value) {
        if (empty()) fail("read while empty");
        value = ring[head];
        head = (head + 1) & (capacity - 1);
        count--;
    }
    bool read_nb(T& value) {
        if (empty()) return false;
        read(value);
        return true;
    }
    void operator<<(const T& value) { write(value); }
    void operator>>(T& value) { read(value); }
    const char* name() const { return label; }

   private:
    const char* label;  // a literal: streams are named where they are declared
    T* ring;
    std::size_t capacity, head, count;

    void fail(const char* what) const {
        std::fprintf(stderr, "hls::stream '%s': %s\n", label, what);
        std::exit(3);
    }
    void grow() {
        T* bigger = new T[capacity * 2];
        for (std::size_t i = 0; i < count; i++) bigger[i] = ring[(head + i) & (capacity - 1)];
        delete[] ring;
        ring = bigger;
        head = 0;
        capacity *= 2;
    }
};

}  // namespace hls

#endif
