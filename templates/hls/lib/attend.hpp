// Means of values that pass by, weighed by exponentials of codes, for LC queries at a time.
#ifndef SLUICE_ATTEND_HPP
#define SLUICE_ATTEND_HPP

#include "arithmetic.hpp"
#include "elementwise.hpp"
#include "rota.hpp"

namespace sluice {

// STEPS steps of HEADS heads of COLUMNS elements, LV of them per cycle; a beat of codes with the first of a head. Per slot
// and head: the largest octave so far, the sum of weights and the weighted sums relative to it. A query that sees its
// last key gives clamp((sums * floor(2^RECIPROCAL / weights) + half) >> SHIFT, LOW, HIGH).
template <typename TC, int LC, typename TV, int LV, typename TO, int LO, int QUERIES, int KEYS, int STEPS, int HEADS,
          int COLUMNS, int STEP_BITS, int MANTISSA, int DEN_W, int ACC_W, int RECIPROCAL, int QUOTIENT, int SHIFT, int LOW,
          int HIGH, typename TM>
void attend(hls::stream<beat<TC, LC> >& codes, hls::stream<beat<TV, LV> >& values, hls::stream<beat<TO, LO> >& out,
            const TM (&mantissas)[1 << STEP_BITS]) {
    const int SF = COLUMNS / LV;
    const int WIDE = (ACC_W + QUOTIENT > SHIFT ? ACC_W + QUOTIENT : SHIFT) + 2;
    ap_int<ACC_W> accs[LC][HEADS * SF][LV];
#pragma HLS ARRAY_PARTITION variable=accs complete dim=1
#pragma HLS ARRAY_PARTITION variable=accs complete dim=3
    ap_uint<DEN_W> dens[LC][HEADS];
#pragma HLS ARRAY_PARTITION variable=dens complete dim=1
    // The largest octave so far; -1: none.
    int tops[LC][HEADS];
#pragma HLS ARRAY_PARTITION variable=tops complete dim=1
    ap_uint<MANTISSA> weights[LC];
#pragma HLS ARRAY_PARTITION variable=weights complete
    int rises[LC];
#pragma HLS ARRAY_PARTITION variable=rises complete
    for (int p = 0; p < LC; p++) {
#pragma HLS UNROLL
        weights[p] = 0;
        rises[p] = 0;
    }
    rota<QUERIES, KEYS, LC> now;
    for (int step = 0; step < STEPS; step++) {
        for (int h = 0; h < HEADS; h++) {
            for (int sf = 0; sf < SF; sf++) {
#pragma HLS PIPELINE II=1
                const int at = h * SF + sf;
                const int starting = now.starting();
                const int ending = now.ending();
                const beat<TV, LV> v = values.read();
                beat<TC, LC> code;
                if (sf == 0) code = codes.read();
                for (int p = 0; p < LC; p++) {
#pragma HLS UNROLL
                    if (now.query(p) < 0) continue;
                    const bool starts = p == starting;
                    if (sf == 0) {
                        const ap_uint<coding<TC>::bits> c = code.lane[p];
                        const int octave = static_cast<int>(ap_uint<coding<TC>::bits>(c >> STEP_BITS));
                        const int top = starts ? -1 : tops[p][h];
                        const bool none = c == 0;
                        const int next = none || top > octave ? top : octave;
                        rises[p] = !none && top >= 0 ? next - top : 0;
                        const ap_uint<STEP_BITS> index = ap_uint<STEP_BITS>(c);
                        weights[p] = none ? ap_uint<MANTISSA>(0)
                                          : round_shift(ap_uint<MANTISSA>(mantissas[static_cast<int>(index)]), next - octave);
                        tops[p][h] = next;
                        const ap_uint<DEN_W> den = starts ? ap_uint<DEN_W>(0) : round_shift(dens[p][h], rises[p]);
                        dens[p][h] = ap_uint<DEN_W>(den + weights[p]);
                    }
                    for (int s = 0; s < LV; s++) {
#pragma HLS UNROLL
                        const ap_int<ACC_W> acc = starts ? ap_int<ACC_W>(0) : round_shift(accs[p][at][s], rises[p]);
                        accs[p][at][s] = ap_int<ACC_W>(acc + as_signed(v.lane[s]) * as_signed(weights[p]));
                    }
                }
                if (ending >= 0) {
                    const ap_uint<QUOTIENT> r = reciprocal<RECIPROCAL, QUOTIENT, DEN_W>(dens[ending][h]);
                    beat<TO, LO> y;
                    for (int s = 0; s < LV; s++) {
#pragma HLS UNROLL
                        const ap_int<WIDE> product = ap_int<WIDE>(accs[ending][at][s]) * as_signed(r);
                        const ap_int<WIDE> half = ap_int<WIDE>(1) << (SHIFT - 1);
                        const ap_int<WIDE> mean = ap_int<WIDE>(product + half) >> SHIFT;
                        const ap_int<32> low = LOW;
                        const ap_int<32> high = HIGH;
                        y.lane[s] = as_element<TO>(mean < low ? low : mean > high ? high : ap_int<32>(mean));
                    }
                    out.write(y);
                }
            }
        }
        now.step();
    }
}

}  // namespace sluice

#endif
