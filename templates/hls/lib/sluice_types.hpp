// Types shared by all kernels: what travels in one beat of a stream, and the bipolar element.
#ifndef SLUICE_TYPES_HPP
#define SLUICE_TYPES_HPP

#include "ap_int.h"
#include "hls_stream.h"

// Defined by integer headers whose constants are initialised at compile time.
#ifndef AP_INT_CONSTEXPR
#define AP_INT_CONSTEXPR
#endif

namespace sluice {

// One beat: L consecutive elements, lane 0 first.
template <typename T, int L>
struct beat {
    T lane[L];
};

// A bipolar element: one bit, 0 is -1 and 1 is +1.
struct bipolar {
    ap_uint<1> bit;
    AP_INT_CONSTEXPR bipolar() : bit(0) {}
    AP_INT_CONSTEXPR bipolar(int v) : bit(v > 0 ? 1 : 0) {}
    operator int() const { return bit == 1 ? 1 : -1; }
};

// The integer that an element stands for, in as many bits as it needs: arithmetic on it has exact result widths.
template <int W> inline ap_int<W> value(const ap_int<W>& x) { return x; }
template <int W> inline ap_uint<W> value(const ap_uint<W>& x) { return x; }
inline ap_int<2> value(const bipolar& x) { return ap_int<2>(int(x)); }

}  // namespace sluice

#endif
