// The memory behind an AXI4 read master, for driver.cpp.
#pragma once
#include <cinttypes>
#include <cstring>

#include "stall.hpp"
#include "verilated.h"

struct MemoryPort {
    const char* name;
    IData* araddr;
    CData* arlen;
    CData* arsize;
    CData* arburst;
    CData* arvalid;
    CData* arready;
    void* rdata;
    size_t storage;  // bytes that Verilator keeps for rdata
    size_t bytes;    // bytes of one beat
    CData* rresp;
    CData* rlast;
    CData* rvalid;
    CData* rready;
    uint64_t base;  // the part of the image that it may read
    uint64_t size;
};

namespace {

// The memory behind an AXI4 read master, cycle for cycle as src/kernels/memory-agent.ts defines it.
struct Memory {
    static constexpr size_t kOutstanding = 4;
    static constexpr uint64_t kCredit = 0x10000;
    static constexpr uint64_t kPage = 4096;

    struct Burst {
        uint64_t address;
        uint64_t beats;
        uint64_t due;
    };

    MemoryPort port;
    Stall asks;
    Stall answers;
    const std::vector<uint8_t>& image;
    uint64_t latency;
    uint64_t step;
    std::vector<Burst> queue;
    uint64_t done = 0;
    uint64_t credit = 0;
    bool offering = false;
    bool holding = false;
    IData heldAddress = 0;
    CData heldLength = 0;
    std::vector<double> cycles;
    std::vector<double> addresses;
    std::vector<double> beats;

    void drive(uint64_t cycle) {
        *port.arready = !asks.next() && queue.size() < kOutstanding;
        const bool pauses = answers.next();
        credit = credit + step < 2 * kCredit - 1 ? credit + step : 2 * kCredit - 1;
        if (!offering && !queue.empty() && cycle >= queue[0].due && !pauses && credit >= kCredit) offering = true;
        *port.rvalid = offering;
        *port.rresp = 0;
        memset(port.rdata, 0, port.storage);
        if (offering) {
            memcpy(port.rdata, &image[queue[0].address + done * port.bytes], port.bytes);
            *port.rlast = done + 1 == queue[0].beats;
        } else {
            memset(port.rdata, 0xa5, port.bytes);  // must not matter
            *port.rlast = answers.state & 1;
        }
    }

    void sample(uint64_t cycle) {
        if (offering && *port.rready) {
            const bool last = done + 1 == queue[0].beats;
            offering = false;
            credit -= kCredit;
            done++;
            if (last) {
                queue.erase(queue.begin());
                done = 0;
            }
        }
        if (holding && (!*port.arvalid || *port.araddr != heldAddress || *port.arlen != heldLength)) {
            violation("%s: arvalid, araddr or arlen changed under stall, cycle %" PRIu64, port.name, cycle);
        }
        holding = *port.arvalid && !*port.arready;
        heldAddress = *port.araddr;
        heldLength = *port.arlen;
        if (*port.arvalid && *port.arready) accept(cycle);
    }

    void accept(uint64_t cycle) {
        const uint64_t address = *port.araddr;
        const uint64_t count = *port.arlen + 1u;
        const uint64_t end = address + count * port.bytes;
        if ((1u << *port.arsize) != port.bytes || *port.arburst != 1 || address % port.bytes != 0) {
            violation("%s: a burst is not of whole beats, cycle %" PRIu64, port.name, cycle);
        }
        if (address / kPage != (end - 1) / kPage) {
            violation("%s: a burst crosses a border of 4096 bytes, cycle %" PRIu64, port.name, cycle);
        }
        cycles.push_back(static_cast<double>(cycle));
        addresses.push_back(static_cast<double>(address));
        beats.push_back(static_cast<double>(count));
        if (address < port.base || end > port.base + port.size || end > image.size()) {
            violation("%s: a read of %" PRIu64 " bytes at %" PRIu64 " is outside its image, cycle %" PRIu64, port.name,
                      end - address, address, cycle);
            return;
        }
        queue.push_back({address, count, cycle + latency});
    }
};

}  // namespace
