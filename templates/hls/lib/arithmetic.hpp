// Rounding shifts by a variable amount, and reciprocals.
#ifndef SLUICE_ARITHMETIC_HPP
#define SLUICE_ARITHMETIC_HPP

#include "sluice_types.hpp"

namespace sluice {

// floor((x + 2^(n-1)) / 2^n): a right shift that rounds half up.
template <int W>
inline ap_int<W> round_shift(ap_int<W> x, int n) {
    if (n == 0) return x;
    if (n >= W) return ap_int<W>(0);
    const ap_int<W + 1> half = ap_int<W + 1>(x >> (n - 1)) + ap_int<W + 1>(1);
    return ap_int<W>(half >> 1);
}
template <int W>
inline ap_uint<W> round_shift(ap_uint<W> x, int n) {
    return ap_uint<W>(round_shift(ap_int<W + 1>(x), n));
}

// floor(2^N / d) in Q bits, one after the other; all ones for d = 0.
template <int N, int Q, int W>
inline ap_uint<Q> reciprocal(ap_uint<W> d) {
    ap_uint<W + 1> rest = N >= Q ? ap_uint<W + 1>(1) << (N >= Q ? N - Q : 0) : ap_uint<W + 1>(0);
    ap_uint<Q> quotient = 0;
    for (int i = Q - 1; i >= 0; i--) {
#pragma HLS UNROLL
        const ap_uint<W + 1> part = ap_uint<W + 1>(rest << 1) + ap_uint<W + 1>(i == N ? 1 : 0);
        const bool fits = part >= d;
        rest = fits ? ap_uint<W + 1>(part - d) : part;
        quotient = ap_uint<Q>(quotient << 1) + ap_uint<Q>(fits ? 1 : 0);
    }
    return quotient;
}

// ceil(2^N / d) = floor((2^N - 1) / d) + 1 in Q bits.
template <int N, int Q, int W>
inline ap_uint<Q> reciprocal_up(ap_uint<W> d) {
    ap_uint<W + 1> rest = N > Q ? ap_uint<W + 1>((ap_uint<W + 1>(1) << (N > Q ? N - Q : 0)) - ap_uint<W + 1>(1)) : ap_uint<W + 1>(0);
    ap_uint<Q> quotient = 0;
    for (int i = Q - 1; i >= 0; i--) {
#pragma HLS UNROLL
        const ap_uint<W + 1> part = ap_uint<W + 1>(rest << 1) + ap_uint<W + 1>(i < N ? 1 : 0);
        const bool fits = part >= d;
        rest = fits ? ap_uint<W + 1>(part - d) : part;
        quotient = ap_uint<Q>(quotient << 1) + ap_uint<Q>(fits ? 1 : 0);
    }
    return ap_uint<Q>(quotient + ap_uint<1>(1));
}

}  // namespace sluice

#endif
