// Vector-vector unit: each channel's own filter over the K positions of a window (depthwise convolution).
#ifndef SLUICE_VVU_HPP
#define SLUICE_VVU_HPP

#include "mvu.hpp"

namespace sluice {

// PIXELS windows of K positions of CHANNELS channels; LO channels by SIMD positions per cycle, LI = LO * SIMD.
// Per pixel the input is channel fold outermost, then positions; lane s * LO + p is position s of channel p.
// weights[p][a]: channel p of beat a, the beats in the order in which the loops below use them.
template <typename TI, int LI, typename TO, int LO, int CHANNELS, int K, int PIXELS, int SIMD, typename TW>
void vvu(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out,
         const TW (&weights)[LO][(CHANNELS / LO) * (K / SIMD)][SIMD]) {
    const int KF = K / SIMD;
    TO total[LO];
#pragma HLS ARRAY_PARTITION variable=total complete
    for (int pixel = 0; pixel < PIXELS; pixel++) {
        for (int fold = 0; fold < CHANNELS / LO; fold++) {
            for (int kf = 0; kf < KF; kf++) {
#pragma HLS PIPELINE II=1
                const beat<TI, LI> x = in.read();
                beat<TO, LO> y;
                for (int p = 0; p < LO; p++) {
#pragma HLS UNROLL
                    TO sum = kf == 0 ? TO(0) : total[p];
                    for (int s = 0; s < SIMD; s++) {
#pragma HLS UNROLL
                        sum = TO(sum + product(x.lane[s * LO + p], weights[p][fold * KF + kf][s]));
                    }
                    total[p] = sum;
                    y.lane[p] = sum;
                }
                if (kf == KF - 1) out.write(y);
            }
        }
    }
}

}  // namespace sluice

#endif
