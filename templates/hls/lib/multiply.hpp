// Product of two streams, element by element.
#ifndef SLUICE_MULTIPLY_HPP
#define SLUICE_MULTIPLY_HPP

#include "elementwise.hpp"

namespace sluice {

// One frame of BEATS beats.
template <typename TA, int LA, typename TB, int LB, typename TO, int LO, int BEATS>
void multiply(hls::stream<beat<TA, LA> >& in0, hls::stream<beat<TB, LB> >& in1, hls::stream<beat<TO, LO> >& out) {
    for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1
        const beat<TA, LA> a = in0.read();
        const beat<TB, LB> b = in1.read();
        beat<TO, LO> y;
        for (int l = 0; l < LO; l++) {
#pragma HLS UNROLL
            const ap_int<signed_of<TA>::width + signed_of<TB>::width> product = as_signed(a.lane[l]) * as_signed(b.lane[l]);
            y.lane[l] = as_element<TO>(product);
        }
        out.write(y);
    }
}

}  // namespace sluice

#endif
