// Surrounds a frame of pixels with constant ones.
#ifndef SLUICE_PAD_HPP
#define SLUICE_PAD_HPP

#include "sluice_types.hpp"

namespace sluice {

// A pixel is FOLD beats. One output beat per pass; input is read where the output shows the image.
template <typename TI, int LI, typename TO, int LO, int H, int W, int FOLD, int TOP, int LEFT, int BOTTOM, int RIGHT,
          int VALUE>
void pad(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    static_assert(LI == LO, "the lanes of both streams are the same channels");
    for (int h = 0; h < TOP + H + BOTTOM; ++h) {
        for (int w = 0; w < LEFT + W + RIGHT; ++w) {
            for (int f = 0; f < FOLD; ++f) {
#pragma HLS PIPELINE II=1
                const bool image = h >= TOP && h < TOP + H && w >= LEFT && w < LEFT + W;
                beat<TO, LO> y;
                for (int i = 0; i < LO; ++i) {
#pragma HLS UNROLL
                    y.lane[i] = TO(VALUE);
                }
                if (image) {
                    const beat<TI, LI> x = in.read();
                    for (int i = 0; i < LO; ++i) {
#pragma HLS UNROLL
                        y.lane[i] = static_cast<TO>(x.lane[i]);
                    }
                }
                out.write(y);
            }
        }
    }
}

}  // namespace sluice

#endif
