// Width converters: the same elements with more or fewer lanes. WORDS: beats of the wide side in a frame.
#ifndef SLUICE_DWC_HPP
#define SLUICE_DWC_HPP

#include "sluice_types.hpp"

namespace sluice {

template <typename TI, int LI, typename TO, int LO, int WORDS>
void dwc_up(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    beat<TO, LO> word;
    int slot = 0;
    for (int b = 0; b < WORDS * (LO / LI); b++) {
#pragma HLS PIPELINE II=1
        const beat<TI, LI> x = in.read();
        // Beats enter at the top and move down.
        for (int l = 0; l < LO - LI; l++) {
#pragma HLS UNROLL
            word.lane[l] = word.lane[l + LI];
        }
        for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
            word.lane[LO - LI + l] = x.lane[l];
        }
        slot = slot + 1 == LO / LI ? 0 : slot + 1;
        if (slot == 0) out.write(word);
    }
}

template <typename TI, int LI, typename TO, int LO, int WORDS>
void dwc_down(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    beat<TI, LI> word;
    int slot = 0;
    for (int b = 0; b < WORDS * (LI / LO); b++) {
#pragma HLS PIPELINE II=1
        if (slot == 0) word = in.read();
        beat<TO, LO> y;
        for (int l = 0; l < LO; l++) {
#pragma HLS UNROLL
            y.lane[l] = word.lane[l];
        }
        out.write(y);
        for (int l = 0; l < LI - LO; l++) {
#pragma HLS UNROLL
            word.lane[l] = word.lane[l + LO];
        }
        slot = slot + 1 == LI / LO ? 0 : slot + 1;
    }
}

}  // namespace sluice

#endif
