// Permutes a frame through a buffer: written in order, read by nested loops. The buffer is a ping-pong channel
// between the two processes, so that one frame is read while the next is written.
#ifndef SLUICE_REORDER_HPP
#define SLUICE_REORDER_HPP

#include "elementwise.hpp"

namespace sluice {

template <typename TI, typename TO, int LANES, int BEATS>
void reorder_write(hls::stream<beat<TI, LANES> >& in, beat<TO, LANES> (&frame)[BEATS]) {
    for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
        const beat<TI, LANES> x = in.read();
        for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
            frame[b].lane[l] = as_element<TO>(as_signed(x.lane[l]));
        }
    }
}

template <typename B, int BEATS, int N0, int N1, int N2, int N3, int N4, int N5, int S0, int S1, int S2, int S3, int S4,
          int S5>
void reorder_read(const B (&frame)[BEATS], hls::stream<B>& out) {
    for (int i5 = 0; i5 < N5; i5++) {
        for (int i4 = 0; i4 < N4; i4++) {
            for (int i3 = 0; i3 < N3; i3++) {
                for (int i2 = 0; i2 < N2; i2++) {
                    for (int i1 = 0; i1 < N1; i1++) {
                        for (int i0 = 0; i0 < N0; i0++) {
#pragma HLS LOOP_FLATTEN
#pragma HLS PIPELINE II=1
                            out.write(frame[i5 * S5 + i4 * S4 + i3 * S3 + i2 * S2 + i1 * S1 + i0 * S0]);
                        }
                    }
                }
            }
        }
    }
}

// One frame of BEATS beats. Ni: turns of loop i, S<i>: its stride in beats; loop 0 is the innermost.
template <typename TI, int LI, typename TO, int LO, int BEATS, int N0, int N1, int N2, int N3, int N4, int N5, int S0,
          int S1, int S2, int S3, int S4, int S5>
void reorder(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
#pragma HLS DATAFLOW
    static_assert(LI == LO, "the lanes of both streams are the same elements");
    beat<TO, LO> frame[BEATS];
    reorder_write<TI, TO, LO, BEATS>(in, frame);
    reorder_read<beat<TO, LO>, BEATS, N0, N1, N2, N3, N4, N5, S0, S1, S2, S3, S4, S5>(frame, out);
}

}  // namespace sluice

#endif
