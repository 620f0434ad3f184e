// Maximum or sum of each channel over a whole frame.
#ifndef SLUICE_GLOBALPOOL_HPP
#define SLUICE_GLOBALPOOL_HPP

#include "pool.hpp"

namespace sluice {

// PIXELS pixels of FOLD beats in; FOLD beats out, while the last pixel comes in.
template <typename TI, int LI, typename TO, int LO, int PIXELS, int FOLD, int SUM>
void globalpool(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    static_assert(LI == LO, "the lanes of both streams are the same channels");
    // One running total per channel; with few folds it is small enough for registers.
    beat<TO, LO> totals[FOLD];
#pragma HLS AGGREGATE variable=totals
    for (int p = 0; p < PIXELS; ++p) {
        for (int f = 0; f < FOLD; ++f) {
#pragma HLS PIPELINE II=1
            const beat<TI, LI> x = in.read();
            beat<TO, LO> total = totals[f];
            for (int i = 0; i < LO; ++i) {
#pragma HLS UNROLL
                const TO v = static_cast<TO>(x.lane[i]);
                total.lane[i] = p == 0 ? v : pool_join<TO, SUM != 0>(total.lane[i], v);
            }
            totals[f] = total;
            if (p == PIXELS - 1) out.write(total);
        }
    }
}

}  // namespace sluice

#endif
