// Runs the parts of a circuit, each compiled by itself, as one module: their ports are joined by their names.
// `Part` objects come from generated sources, see src/sim/verilator/parts.ts.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "verilated.h"

// A port: little-endian, zeros above its bits.
struct Field {
    const char* name;
    void* data;
    size_t bytes;
};

struct Part {
    std::function<void()> eval;
    CData* clock = nullptr;  // of a part without registers there is none
    std::vector<Field> inputs;
    std::vector<Field> outputs;
};

// A port of the module around: where its bits lie in the words that its shell hands over, 32 bits each.
struct Slot {
    const char* name;
    size_t word;
    size_t words;
};

class Parts {
  public:
    Parts(const std::vector<Slot>& inputs, size_t words, const std::vector<Slot>& outputs, const std::vector<Part>& parts)
        : in_(words), outputs_(outputs) {
        std::unordered_map<std::string, Driver> drivers;
        for (const Slot& s : inputs) drivers[s.name] = {&in_[s.word], s.words * sizeof in_[0]};
        for (const Part& part : parts) {
            for (const Field& f : part.outputs) drivers[f.name] = {f.data, f.bytes};
        }
        for (const Part& part : parts) {
            if (part.clock) *part.clock = 0;
            Joined joined{part.eval, part.clock, {}, true};
            for (const Field& f : part.inputs) joined.links.push_back({f.data, driver(drivers, f.name).data, f.bytes});
            parts_.push_back(joined);
        }
        for (const Slot& s : outputs_) results_.push_back(driver(drivers, s.name));
    }

    // Computes all outputs from the inputs and what the registers hold.
    void settle(const uint32_t* in, uint32_t* out) {
        settle(in);
        for (size_t i = 0; i < outputs_.size(); i++) {
            const size_t bytes = outputs_[i].words * sizeof *out;
            memset(out + outputs_[i].word, 0, bytes);
            memcpy(out + outputs_[i].word, results_[i].data, std::min(bytes, results_[i].bytes));
        }
    }

    // A rising edge: registers of all parts take what lies before them. Gives another bit each time.
    bool edge(const uint32_t* in) {
        settle(in);
        for (Joined& part : parts_) {
            if (!part.clock) continue;
            *part.clock = 1;
            part.eval();
            *part.clock = 0;
            part.stale = true;
        }
        return tick_ = !tick_;
    }

  private:
    struct Link {
        void* to;
        const void* from;
        size_t bytes;
    };
    struct Joined {
        std::function<void()> eval;
        CData* clock;
        std::vector<Link> links;
        bool stale;
    };

    struct Driver {
        const void* data;
        size_t bytes;
    };

    static Driver driver(const std::unordered_map<std::string, Driver>& drivers, const char* name) {
        const auto found = drivers.find(name);
        if (found != drivers.end()) return found->second;
        fprintf(stderr, "nothing drives %s\n", name);
        exit(2);
    }

    // No part reads a later one, so that the second round finds nothing to do.
    void settle(const uint32_t* in) {
        memcpy(in_.data(), in, in_.size() * sizeof *in);
        for (bool moved = true; moved;) {
            moved = false;
            for (Joined& part : parts_) {
                for (const Link& link : part.links) {
                    if (memcmp(link.to, link.from, link.bytes) == 0) continue;
                    memcpy(link.to, link.from, link.bytes);
                    part.stale = true;
                }
                if (!part.stale) continue;
                part.eval();
                part.stale = false;
                moved = true;
            }
        }
    }

    std::vector<uint32_t> in_;
    std::vector<Slot> outputs_;
    std::vector<Driver> results_;
    std::vector<Joined> parts_;
    bool tick_ = false;
};
