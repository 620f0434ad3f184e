// A right shift by a variable amount that rounds half up.
#ifndef SLUICE_SHIFT_HALF_UP_HPP
#define SLUICE_SHIFT_HALF_UP_HPP

#include "sluice_types.hpp"

namespace sluice {

// floor((x + 2^(n-1)) / 2^n); x itself for n = 0. The result never needs a bit more than x.
template <int W>
inline ap_int<W> shift_half_up(const ap_int<W>& x, int n) {
    if (n == 0) return x;
    if (n > W) return ap_int<W>(0);
    // All but the last of the bits that fall off; that one is what rounds.
    const ap_int<W> rest = x >> (n - 1);
    const ap_int<W + 1> up = ap_int<W + 1>(rest) + ap_int<2>(1);
    return ap_int<W>(up >> 1);
}

template <int W>
inline ap_uint<W> shift_half_up(const ap_uint<W>& x, int n) {
    if (n == 0) return x;
    if (n > W) return ap_uint<W>(0);
    const ap_uint<W> rest = x >> (n - 1);
    const ap_uint<W + 1> up = ap_uint<W + 1>(rest) + ap_uint<1>(1);
    return ap_uint<W>(up >> 1);
}

}  // namespace sluice

#endif
