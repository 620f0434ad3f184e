// Types shared by all kernels: what travels in one beat of a stream, and the bipolar element.
#ifndef SLUICE_TYPES_HPP
#define SLUICE_TYPES_HPP

#include "ap_int.h"
#include "hls_stream.h"

namespace sluice {

// One beat: L consecutive elements, lane 0 first.
template <typename T, int L>
struct beat {
    T lane[L];
};

// A bipolar element: one bit, 0 is -1 and 1 is +1.
struct bipolar {
    ap_uint<1> bit;
    bipolar() : bit(0) {}
    bipolar(int v) : bit(v > 0 ? 1 : 0) {}
    operator int() const { return bit == 1 ? 1 : -1; }
};

}  // namespace sluice

#endif
