// One stream to several consumers.
#ifndef SLUICE_FORK_HPP
#define SLUICE_FORK_HPP

#include "sluice_types.hpp"

namespace sluice {

template <typename B, typename S>
inline void write_all(const B& b, S& last) { last.write(b); }
template <typename B, typename S, typename... R>
inline void write_all(const B& b, S& first, R&... rest) {
    first.write(b);
    write_all(b, rest...);
}

template <int BEATS, typename B, typename... S>
inline void copy_beats(hls::stream<B>& in, S&... out) {
    for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
        const B x = in.read();
        write_all(x, out...);
    }
}

// forkN: all outputs have the type of the input.
template <typename T, int L, typename T0, int L0, typename T1, int L1, int BEATS>
void fork2(hls::stream<beat<T, L> >& in,
           hls::stream<beat<T0, L0> >& out0,
           hls::stream<beat<T1, L1> >& out1) {
    copy_beats<BEATS>(in, out0, out1);
}

template <typename T, int L, typename T0, int L0, typename T1, int L1, typename T2, int L2, int BEATS>
void fork3(hls::stream<beat<T, L> >& in,
           hls::stream<beat<T0, L0> >& out0,
           hls::stream<beat<T1, L1> >& out1,
           hls::stream<beat<T2, L2> >& out2) {
    copy_beats<BEATS>(in, out0, out1, out2);
}

template <typename T, int L, typename T0, int L0, typename T1, int L1, typename T2, int L2, typename T3, int L3, int BEATS>
void fork4(hls::stream<beat<T, L> >& in,
           hls::stream<beat<T0, L0> >& out0,
           hls::stream<beat<T1, L1> >& out1,
           hls::stream<beat<T2, L2> >& out2,
           hls::stream<beat<T3, L3> >& out3) {
    copy_beats<BEATS>(in, out0, out1, out2, out3);
}

template <typename T, int L, typename T0, int L0, typename T1, int L1, typename T2, int L2, typename T3, int L3, typename T4, int L4, int BEATS>
void fork5(hls::stream<beat<T, L> >& in,
           hls::stream<beat<T0, L0> >& out0,
           hls::stream<beat<T1, L1> >& out1,
           hls::stream<beat<T2, L2> >& out2,
           hls::stream<beat<T3, L3> >& out3,
           hls::stream<beat<T4, L4> >& out4) {
    copy_beats<BEATS>(in, out0, out1, out2, out3, out4);
}

template <typename T, int L, typename T0, int L0, typename T1, int L1, typename T2, int L2, typename T3, int L3, typename T4, int L4, typename T5, int L5, int BEATS>
void fork6(hls::stream<beat<T, L> >& in,
           hls::stream<beat<T0, L0> >& out0,
           hls::stream<beat<T1, L1> >& out1,
           hls::stream<beat<T2, L2> >& out2,
           hls::stream<beat<T3, L3> >& out3,
           hls::stream<beat<T4, L4> >& out4,
           hls::stream<beat<T5, L5> >& out5) {
    copy_beats<BEATS>(in, out0, out1, out2, out3, out4, out5);
}

template <typename T, int L, typename T0, int L0, typename T1, int L1, typename T2, int L2, typename T3, int L3, typename T4, int L4, typename T5, int L5, typename T6, int L6, int BEATS>
void fork7(hls::stream<beat<T, L> >& in,
           hls::stream<beat<T0, L0> >& out0,
           hls::stream<beat<T1, L1> >& out1,
           hls::stream<beat<T2, L2> >& out2,
           hls::stream<beat<T3, L3> >& out3,
           hls::stream<beat<T4, L4> >& out4,
           hls::stream<beat<T5, L5> >& out5,
           hls::stream<beat<T6, L6> >& out6) {
    copy_beats<BEATS>(in, out0, out1, out2, out3, out4, out5, out6);
}

template <typename T, int L, typename T0, int L0, typename T1, int L1, typename T2, int L2, typename T3, int L3, typename T4, int L4, typename T5, int L5, typename T6, int L6, typename T7, int L7, int BEATS>
void fork8(hls::stream<beat<T, L> >& in,
           hls::stream<beat<T0, L0> >& out0,
           hls::stream<beat<T1, L1> >& out1,
           hls::stream<beat<T2, L2> >& out2,
           hls::stream<beat<T3, L3> >& out3,
           hls::stream<beat<T4, L4> >& out4,
           hls::stream<beat<T5, L5> >& out5,
           hls::stream<beat<T6, L6> >& out6,
           hls::stream<beat<T7, L7> >& out7) {
    copy_beats<BEATS>(in, out0, out1, out2, out3, out4, out5, out6, out7);
}

}  // namespace sluice

#endif
