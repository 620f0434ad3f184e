// hls::stream for simulation: an unbounded queue. Reading an empty stream is an error, not a wait: nothing runs beside
// the reader, so the data would never come.
#ifndef HLS_STREAM_H
#define HLS_STREAM_H

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

namespace hls {

template <typename T, int DEPTH = 0>
class stream {
   public:
    stream() : label("unnamed") {}
    explicit stream(const char* name) : label(name) {}
    explicit stream(const std::string& name) : label(name) {}
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;

    bool empty() const { return queue.empty(); }
    bool full() const { return false; }
    std::size_t size() const { return queue.size(); }
    void write(const T& value) { queue.push_back(value); }
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
        if (queue.empty()) {
            std::fprintf(stderr, "hls::stream '%s': read while empty\n", label.c_str());
            std::fflush(stderr);
            std::exit(3);
        }
        value = queue.front();
        queue.pop_front();
    }
    bool read_nb(T& value) {
        if (queue.empty()) return false;
        read(value);
        return true;
    }
    void operator<<(const T& value) { write(value); }
    void operator>>(T& value) { read(value); }
    void set_name(const char* name) { label = name; }
    const char* name() const { return label.c_str(); }

   private:
    std::string label;
    std::deque<T> queue;
};

}  // namespace hls

#endif
