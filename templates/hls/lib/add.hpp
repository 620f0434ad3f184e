// Weighted sum of two streams: y = MUL_A * a + MUL_B * b + OFFSET.
#ifndef SLUICE_ADD_HPP
#define SLUICE_ADD_HPP

#include "elementwise.hpp"

namespace sluice {

// One frame of BEATS beats. SUM_W: bits that hold each product and every partial sum.
template <typename TA, int LA, typename TB, int LB, typename TO, int LO, int BEATS, int SUM_W, int MUL_A, int MUL_B,
          int OFFSET>
void add(hls::stream<beat<TA, LA> >& in0, hls::stream<beat<TB, LB> >& in1, hls::stream<beat<TO, LO> >& out) {
    for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1
        const beat<TA, LA> a = in0.read();
        const beat<TB, LB> b = in1.read();
        beat<TO, LO> y;
        for (int l = 0; l < LO; l++) {
#pragma HLS UNROLL
            const ap_int<SUM_W> pa = as_signed(a.lane[l]) * ap_int<32>(MUL_A);
            const ap_int<SUM_W> pb = as_signed(b.lane[l]) * ap_int<32>(MUL_B);
            const ap_int<SUM_W> sum = pa + pb + ap_int<32>(OFFSET);
            y.lane[l] = as_element<TO>(sum);
        }
        out.write(y);
    }
}

}  // namespace sluice

#endif
