// Constant rows before those of a stream.
#ifndef SLUICE_INSERT_HPP
#define SLUICE_INSERT_HPP

#include "elementwise.hpp"

namespace sluice {

// BEATS beats leave, CONSTANT of them from `rows`, the others from the input.
template <typename TI, int LI, typename TO, int LO, int BEATS, int CONSTANT, typename TR>
void insert(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out, const TR (&rows)[CONSTANT][LO]) {
    static_assert(LI == LO, "the lanes of both streams are the same channels");
    for (int i = 0; i < BEATS; ++i) {
#pragma HLS PIPELINE II=1
        beat<TO, LO> y;
        if (i < CONSTANT) {
            for (int l = 0; l < LO; ++l) {
#pragma HLS UNROLL
                y.lane[l] = as_element<TO>(as_signed(rows[i][l]));
            }
        } else {
            const beat<TI, LI> x = in.read();
            for (int l = 0; l < LO; ++l) {
#pragma HLS UNROLL
                y.lane[l] = as_element<TO>(as_signed(x.lane[l]));
            }
        }
        out.write(y);
    }
}

}  // namespace sluice

#endif
