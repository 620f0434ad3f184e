// Between AXI4-Stream and streams of beats: lane 0 in the least significant bits, lanes packed without gaps, zeros up to
// the next whole byte, TLAST on the last beat of a frame.
#ifndef SLUICE_AXIS_HPP
#define SLUICE_AXIS_HPP

#include "ap_axi_sdata.h"
#include "sluice_types.hpp"

namespace sluice {

template <int W> struct axis_word { typedef ap_axiu<W, 0, 0, 0> type; };

// One frame of BEATS beats comes in. TLAST of the input is not looked at: frames are counted.
template <typename T, int L, int W, int BEATS>
void from_axis(hls::stream<typename axis_word<W>::type>& in, hls::stream<beat<T, L> >& out) {
    const int bits = coding<T>::bits;
    for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1
        const ap_uint<W> data = in.read().data;
        beat<T, L> b;
        for (int l = 0; l < L; l++) {
#pragma HLS UNROLL
            const ap_uint<bits> code = data.range(l * bits + bits - 1, l * bits);
            b.lane[l] = coding<T>::decode(code);
        }
        out.write(b);
    }
}

// One frame of BEATS beats goes out.
template <typename T, int L, int W, int BEATS>
void to_axis(hls::stream<beat<T, L> >& in, hls::stream<typename axis_word<W>::type>& out) {
    const int bits = coding<T>::bits;
    for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1
        const beat<T, L> b = in.read();
        ap_uint<W> data = 0;
        for (int l = 0; l < L; l++) {
#pragma HLS UNROLL
            data.range(l * bits + bits - 1, l * bits) = coding<T>::encode(b.lane[l]);
        }
        typename axis_word<W>::type word;
        word.data = data;
        word.keep = -1;
        word.strb = -1;
        word.last = i == BEATS - 1 ? 1 : 0;
        out.write(word);
    }
}

}  // namespace sluice

#endif
