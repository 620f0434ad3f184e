// Softmax over the experts and the k largest of them.
#ifndef SLUICE_ROUTE_HPP
#define SLUICE_ROUTE_HPP

#include "elementwise.hpp"

namespace sluice {

// floor((x + 2^(n-1)) / 2^n); x itself for n = 0.
template <int W>
inline ap_uint<W> round_right(ap_uint<W> x, int n) {
#pragma HLS INLINE
    if (n == 0) return x;
    if (n > W) return 0;
    const ap_uint<W> whole = n == W ? ap_uint<W>(0) : ap_uint<W>(x >> n);
    const ap_uint<1> half = ap_uint<W>(x >> (n - 1)) & 1;
    return ap_uint<W>(whole + half);
}

// TOKENS rows of EXPERTS logits; routes {expert, gate}, largest first, a gate of one is 2^FRACTION.
template <typename TI, int LI, typename TO, int LO, int TOKENS, int EXPERTS, int K, int FRACTION, int RENORMALISE,
          long long MUL, int MUL_W, long long ADD, int SUM_W, int SHIFT, int CODE_W, int STEP_BITS, int DEN_W,
          typename TM, int STEPS>
void route(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out, const TM (&mantissas)[STEPS]) {
    const int X_W = signed_of<TI>::width;
    for (int t = 0; t < TOKENS; t++) {
        ap_int<X_W> logits[K];
        int experts[K];
        ap_uint<DEN_W> parts[K];
        int octaves[K];
        int held = 0;
        int top = 0;
        ap_uint<DEN_W> den = 0;
        for (int e = 0; e < EXPERTS; e++) {
#pragma HLS PIPELINE II=1
            const ap_int<X_W> x = as_signed(in.read().lane[0]);
            const ap_int<MUL_W + 1> mul = MUL;
            const ap_int<64> add = ADD;
            const ap_int<SUM_W> sum = ap_int<SUM_W>(x * mul + add);
            const ap_int<SUM_W> floored = sum >> SHIFT;
            const ap_int<CODE_W + 1> least = 1;
            const ap_int<CODE_W + 1> most = (1 << CODE_W) - 1;
            const ap_uint<CODE_W> code = floored < least ? ap_uint<CODE_W>(least)
                                         : floored > most ? ap_uint<CODE_W>(most) : ap_uint<CODE_W>(floored);
            const ap_uint<DEN_W> mantissa = mantissas[code.to_int() & (STEPS - 1)];
            const int octave = code.to_int() >> STEP_BITS;
            if (e == 0) {
                top = octave;
                den = mantissa;
            } else if (octave > top) {
                den = round_right<DEN_W>(den, octave - top) + mantissa;
                top = octave;
            } else {
                den = den + round_right<DEN_W>(mantissa, top - octave);
            }
            // One that is equal comes after those that are there.
            int at = 0;
            while (at < held && logits[at] >= x) at++;
            if (held < K) held++;
            for (int i = held - 1; i > at; i--) {
                logits[i] = logits[i - 1];
                experts[i] = experts[i - 1];
                parts[i] = parts[i - 1];
                octaves[i] = octaves[i - 1];
            }
            if (at < held) {
                logits[at] = x;
                experts[at] = e;
                parts[at] = mantissa;
                octaves[at] = octave;
            }
        }
        ap_uint<DEN_W> whole = 0;
        for (int j = 0; j < K; j++) {
#pragma HLS PIPELINE II=1
            parts[j] = round_right<DEN_W>(parts[j], top - octaves[j]);
            whole = whole + parts[j];
        }
        if (RENORMALISE == 0) whole = den;
        for (int j = 0; j < K; j++) {
#pragma HLS PIPELINE
            const ap_uint<DEN_W + FRACTION + 2> n = (ap_uint<DEN_W + FRACTION + 1>(parts[j]) << (FRACTION + 1)) + whole;
            const ap_uint<DEN_W + 1> twice = ap_uint<DEN_W + 1>(whole) << 1;
            const ap_uint<FRACTION + 1> gate = n / twice;
            beat<TO, LO> y;
            y.lane[0] = TO((ap_uint<48>(experts[j]) << (FRACTION + 1)) + gate);
            out.write(y);
        }
    }
}

}  // namespace sluice

#endif
