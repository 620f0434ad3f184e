// Layer normalisation over rows of C elements, with a reciprocal root by table and one step of Newton's method.
#ifndef SLUICE_LAYERNORM_HPP
#define SLUICE_LAYERNORM_HPP

#include "arithmetic.hpp"
#include "elementwise.hpp"

namespace sluice {

// One frame of ROWS rows. SUM_W, SQUARES_W: bits of the row's sums; W_BITS (even): of the root's argument, unsigned;
// DISTANCE_W: of C x - S. EPSILON = EPSILON_HI 2^30 + EPSILON_LO. The other sizes are those of the op's definition.
template <typename TI, int LI, typename TO, int LO, int ROWS, int C, int CENTER, int SUM_W, int SQUARES_W,
          int DISTANCE_W, int GUARD, int EPSILON_LO, int EPSILON_HI, int W_BITS, int INDEX, int GUESS, int ARGUMENT,
          int RESULT, int SHIFT, int LIMIT, int ENTRIES, typename TT>
void layernorm(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out, const TT (&guesses)[ENTRIES]) {
    const int UNIT = ARGUMENT - 2 + 2 * GUESS;
    for (int row = 0; row < ROWS; row++) {
        beat<TI, LI> kept[C / LI];
        ap_int<SUM_W> sum = 0;
        ap_uint<SQUARES_W> squares = 0;
        for (int b = 0; b < C / LI; b++) {
#pragma HLS PIPELINE II=1
            kept[b] = in.read();
            for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
                const ap_int<signed_of<TI>::width> x = as_signed(kept[b].lane[l]);
                sum = sum + x;
                squares = squares + ap_uint<SQUARES_W>(x * x);
            }
        }
        const ap_int<SUM_W> mean = CENTER != 0 ? sum : ap_int<SUM_W>(0);
        const ap_uint<W_BITS> scaled = squares * ap_uint<32>(C);
        const ap_uint<W_BITS> squared = ap_uint<W_BITS>(mean * mean);
        const ap_uint<W_BITS> spread = scaled - squared;
        const ap_uint<W_BITS> raised = spread << GUARD;
        const ap_uint<60> high = ap_uint<60>(EPSILON_HI) << 30;
        const ap_uint<W_BITS> w = raised + ap_uint<60>(high + ap_uint<30>(EPSILON_LO));
        int e = 0;
        for (int i = 0; i < W_BITS / 2; i++) {
#pragma HLS UNROLL
            const ap_uint<W_BITS> above = w >> (2 * i);
            if (above != 0) e = i;
        }
        const ap_uint<W_BITS> top = w << (W_BITS - 2 - 2 * e);
        const ap_uint<W_BITS + ARGUMENT> padded = ap_uint<W_BITS + ARGUMENT>(top) << ARGUMENT;
        const ap_uint<ARGUMENT> q = padded >> W_BITS;
        const ap_uint<ARGUMENT> upper = q >> (ARGUMENT - INDEX);
        const ap_uint<GUESS + 1> a = w == 0 ? ap_uint<GUESS + 1>(0) : ap_uint<GUESS + 1>(guesses[static_cast<int>(upper) - (1 << (INDEX - 2))]);
        const ap_uint<2 * GUESS + 2> square = a * a;
        const ap_uint<UNIT + 4> product = q * square;
        const ap_uint<UNIT + 4> three = ap_uint<UNIT + 4>(3) << UNIT;
        const ap_uint<UNIT + 4> difference = three - product;
        const ap_uint<RESULT + 4> correction = difference >> (UNIT - RESULT - 2);
        const ap_uint<GUESS + RESULT + 6> doubled = a * correction;
        const ap_uint<GUESS + RESULT + 6> half = ap_uint<GUESS + RESULT + 6>(1) << (GUESS + 2);
        const ap_uint<GUESS + RESULT + 6> rounded = doubled + half;
        const ap_uint<RESULT + 1> r = rounded >> (GUESS + 3);
        for (int b = 0; b < C / LI; b++) {
#pragma HLS PIPELINE II=1
            beat<TO, LO> y;
            for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
                const ap_int<DISTANCE_W + 2> distance = as_signed(kept[b].lane[l]) * ap_int<32>(C) - mean;
                const ap_int<DISTANCE_W + RESULT + 4> scaled_distance = distance * r;
                const ap_int<DISTANCE_W + RESULT + 4> v = round_shift(scaled_distance, SHIFT + e);
                const ap_int<32> limit = LIMIT;
                const ap_int<32> minus = -LIMIT;
                const ap_int<32> clamped = v < minus ? minus : v > limit ? limit : ap_int<32>(v);
                y.lane[l] = as_element<TO>(clamped);
            }
            out.write(y);
        }
    }
}

}  // namespace sluice

#endif
