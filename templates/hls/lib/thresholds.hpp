// Step functions per channel: y = BASE + STEP * (number of thresholds passed), by binary search.
#ifndef SLUICE_THRESHOLDS_HPP
#define SLUICE_THRESHOLDS_HPP

#include "elementwise.hpp"

namespace sluice {

// One frame of BEATS beats. Lane l of beat b is of row b % FOLDS, l (0 where ROWS is 1). A row is ascending and
// counts x >= t, or, where `down` is set, descending and counts x <= t. LEVELS: bits of STEPS.
template <typename TI, int LI, typename TO, int LO, int BEATS, int FOLDS, int ROWS, int STEPS, int LEVELS, int BASE,
          int STEP, typename TB>
void thresholds(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out,
                const TB (&bounds)[FOLDS][ROWS][STEPS], const ap_uint<1> (&down)[FOLDS][ROWS]) {
    int fold = 0;
    for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
        const beat<TI, LI> x = in.read();
        beat<TO, LO> y;
        for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
            const int row = ROWS == 1 ? 0 : l;
            const typename signed_of<TI>::type v = as_signed(x.lane[l]);
            int count = 0;
            for (int bit = LEVELS - 1; bit >= 0; bit--) {
#pragma HLS UNROLL
                const int next = count + (1 << bit);
                if (next <= STEPS) {
                    const TB t = bounds[fold][row][next - 1];
                    const bool passed = down[fold][row] == 1 ? v <= t : v >= t;
                    if (passed) count = next;
                }
            }
            y.lane[l] = as_element<TO>(ap_int<32>(BASE + STEP * count));
        }
        out.write(y);
        fold = fold + 1 == FOLDS ? 0 : fold + 1;
    }
}

}  // namespace sluice

#endif
