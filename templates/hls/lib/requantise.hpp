// Requantisation: y = clamp(floor((x * mul + add) / 2^SHIFT), LOW, HIGH), per channel. With TIES_EVEN (and SHIFT at
// least 1), a sum whose dropped bits are all 0 gives the even number at or below its quotient.
#ifndef SLUICE_REQUANTISE_HPP
#define SLUICE_REQUANTISE_HPP

#include "elementwise.hpp"

namespace sluice {

// One frame of BEATS beats. Lane l of beat b is of row b % FOLDS, l (0 where ROWS is 1).
template <typename TI, int LI, typename TO, int LO, int BEATS, int FOLDS, int ROWS, int PRODUCT_W, int SUM_W, int SHIFT,
          int TIES_EVEN, int LOW, int HIGH, typename TM, typename TA>
void requantise(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out, const TM (&mul)[FOLDS][ROWS],
                const TA (&add)[FOLDS][ROWS]) {
    int fold = 0;
    for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
        const beat<TI, LI> x = in.read();
        beat<TO, LO> y;
        for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
            const int row = ROWS == 1 ? 0 : l;
            const ap_int<PRODUCT_W> product = ap_int<PRODUCT_W>(as_signed(x.lane[l])) * mul[fold][row];
            const ap_int<SUM_W> sum = product + add[fold][row];
            const ap_int<SUM_W> quotient = sum >> SHIFT;
            const ap_int<SUM_W> even = quotient & ap_int<SUM_W>(-2);
            const ap_int<SUM_W> back = quotient << SHIFT;
            const ap_int<SUM_W> v = TIES_EVEN != 0 && back == sum ? even : quotient;
            const ap_int<32> low = LOW;
            const ap_int<32> high = HIGH;
            const ap_int<32> r = v < low ? low : v > high ? high : ap_int<32>(v);
            y.lane[l] = as_element<TO>(r);
        }
        out.write(y);
        fold = fold + 1 == FOLDS ? 0 : fold + 1;
    }
}

}  // namespace sluice

#endif
