// What the ends of all ports share: violations of the protocol, and random stalls.
#pragma once
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

constexpr size_t kMaxViolations = 20;

std::vector<std::string> violations;

void violation(const char* format, ...) {
    if (violations.size() >= kMaxViolations) return;
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    violations.push_back(text);
}

// The same generator, with the same seeds, as in sluice_tb_source.v and sluice_tb_sink.v: equal traces under stalls.
struct Stall {
    uint32_t state;
    uint32_t threshold;
    bool next() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return (state >> 16) < threshold;
    }
};

}  // namespace
