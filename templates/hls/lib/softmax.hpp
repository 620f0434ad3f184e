// Softmax over rows, in a single pass or with the largest octave first.
#ifndef SLUICE_SOFTMAX_HPP
#define SLUICE_SOFTMAX_HPP

#include "arithmetic.hpp"
#include "elementwise.hpp"

namespace sluice {

// One frame of ROWS rows of LENGTH elements. Codes are clamp((x MUL + ADD) >> SHIFT, 1, 2^CODE_BITS - 1), ADD = ADD_HI
// 2^30 + ADD_LO; SUM_W: bits of that sum; D_BITS: of the sum of weights; R_BITS, Q_BITS: of reciprocals.
template <typename TI, int LI, typename TO, int LO, int ROWS, int LENGTH, int ONLINE, int MUL, int ADD_LO, int ADD_HI,
          int SUM_W, int SHIFT, int CODE_BITS, int STEP_BITS, int MANTISSA, int D_BITS, int R_BITS, int Q_BITS, int DROP,
          typename TM>
void softmax(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out,
             const TM (&mantissas)[1 << STEP_BITS]) {
    const int BEATS = LENGTH / LI;
    const int MASK = (1 << STEP_BITS) - 1;
    for (int row = 0; row < ROWS; row++) {
        ap_uint<CODE_BITS> codes[BEATS][LI];
#pragma HLS ARRAY_PARTITION variable=codes complete dim=2
        int top = 0;
        ap_uint<D_BITS> sum = 0;
        for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
            const beat<TI, LI> x = in.read();
            for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
                const ap_int<62> high = ap_int<62>(ADD_HI) << 30;
                const ap_int<62> add = high + ap_int<32>(ADD_LO);
                const ap_int<SUM_W> scaled = ap_int<SUM_W>(as_signed(x.lane[l])) * ap_int<32>(MUL) + add;
                const ap_int<SUM_W> moved = scaled >> SHIFT;
                const ap_int<SUM_W> one = 1;
                const ap_int<SUM_W> most = (1 << CODE_BITS) - 1;
                const ap_int<SUM_W> code = moved < one ? one : moved > most ? most : moved;
                codes[b][l] = ap_uint<CODE_BITS>(code);
                const int c = static_cast<int>(code);
                const int octave = c >> STEP_BITS;
                const bool rises = octave > top || (b == 0 && l == 0);
                if (ONLINE != 0) {
                    if (b == 0 && l == 0) sum = 0;
                    else if (rises) sum = round_shift(sum, octave - top);
                    const ap_uint<MANTISSA> m = mantissas[c & MASK];
                    sum = ap_uint<D_BITS>(sum + round_shift(m, rises ? 0 : top - octave));
                }
                if (rises) top = octave;
            }
        }
        if (ONLINE == 0) {
            for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
                for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
                    const int c = static_cast<int>(codes[b][l]);
                    const ap_uint<MANTISSA> m = mantissas[c & MASK];
                    sum = ap_uint<D_BITS>(sum + round_shift(m, top - (c >> STEP_BITS)));
                }
            }
        }
        const ap_uint<Q_BITS> share = reciprocal_up<R_BITS, Q_BITS, D_BITS>(sum);
        for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
            beat<TO, LO> y;
            for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
                const int c = static_cast<int>(codes[b][l]);
                const ap_uint<MANTISSA> m = mantissas[c & MASK];
                const ap_uint<MANTISSA + Q_BITS> product = m * share;
                const ap_uint<MANTISSA + Q_BITS> v = round_shift(product, DROP + top - (c >> STEP_BITS));
                y.lane[l] = as_element<TO>(as_signed(v));
            }
            out.write(y);
        }
    }
}

}  // namespace sluice

#endif
