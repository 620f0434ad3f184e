// Joins two streams along the channels: for each pixel the beats of the first input, then those of the second.
#ifndef SLUICE_CONCAT_HPP
#define SLUICE_CONCAT_HPP

#include "elementwise.hpp"

namespace sluice {

template <typename TA, int LA, typename TB, int LB, typename TO, int LO, int PIXELS, int BEATS_A, int BEATS_B>
void concat(hls::stream<beat<TA, LA> >& in0, hls::stream<beat<TB, LB> >& in1, hls::stream<beat<TO, LO> >& out) {
    int slot = 0;
    for (int i = 0; i < PIXELS * (BEATS_A + BEATS_B); i++) {
#pragma HLS PIPELINE II=1
        beat<TO, LO> y;
        if (slot < BEATS_A) {
            const beat<TA, LA> a = in0.read();
            for (int l = 0; l < LO; l++) {
#pragma HLS UNROLL
                y.lane[l] = as_element<TO>(as_signed(a.lane[l]));
            }
        } else {
            const beat<TB, LB> b = in1.read();
            for (int l = 0; l < LO; l++) {
#pragma HLS UNROLL
                y.lane[l] = as_element<TO>(as_signed(b.lane[l]));
            }
        }
        out.write(y);
        slot = slot + 1 == BEATS_A + BEATS_B ? 0 : slot + 1;
    }
}

}  // namespace sluice

#endif
