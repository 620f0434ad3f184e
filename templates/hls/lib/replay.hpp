// Keeps the beats of a frame and gives them over and over.
#ifndef SLUICE_REPLAY_HPP
#define SLUICE_REPLAY_HPP

#include "sluice_types.hpp"

namespace sluice {

// BEATS beats come in and TOTAL go out; beat t is beat t mod BEATS of the input, which passes through as it is stored.
template <typename TI, int LI, typename TO, int LO, int BEATS, int TOTAL>
void replay(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    beat<TI, LI> store[BEATS];
    int at = 0;
    for (int t = 0; t < TOTAL; t++) {
#pragma HLS PIPELINE II=1
        if (t < BEATS) store[at] = in.read();
        out.write(store[at]);
        at = at + 1 == BEATS ? 0 : at + 1;
    }
}

}  // namespace sluice

#endif
