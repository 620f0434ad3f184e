// Passes on a contiguous part of every run of beats.
#ifndef SLUICE_SLICE_HPP
#define SLUICE_SLICE_HPP

#include "elementwise.hpp"

namespace sluice {

// RUNS runs of BEATS beats; those from FIRST to LAST leave.
template <typename TI, int LI, typename TO, int LO, int RUNS, int BEATS, int FIRST, int LAST>
void slice(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    static_assert(LI == LO, "the lanes of both streams are the same elements");
    int at = 0;
    for (int i = 0; i < RUNS * BEATS; ++i) {
#pragma HLS PIPELINE II=1
        const beat<TI, LI> x = in.read();
        if (at >= FIRST && at <= LAST) {
            beat<TO, LO> y;
            for (int l = 0; l < LO; ++l) {
#pragma HLS UNROLL
                y.lane[l] = as_element<TO>(as_signed(x.lane[l]));
            }
            out.write(y);
        }
        at = at + 1 == BEATS ? 0 : at + 1;
    }
}

}  // namespace sluice

#endif
