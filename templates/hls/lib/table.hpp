// Table lookup: y = entries[row][x - OFFSET].
#ifndef SLUICE_TABLE_HPP
#define SLUICE_TABLE_HPP

#include "elementwise.hpp"

namespace sluice {

// One frame of BEATS beats. Lane l of beat b is of row b % FOLDS, l (0 where ROWS is 1).
template <typename TI, int LI, typename TO, int LO, int BEATS, int FOLDS, int ROWS, int ENTRIES, int OFFSET, typename TE>
void table(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out,
           const TE (&entries)[FOLDS][ROWS][ENTRIES]) {
    int fold = 0;
    for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
        const beat<TI, LI> x = in.read();
        beat<TO, LO> y;
        for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
            const int row = ROWS == 1 ? 0 : l;
            const ap_int<32> index = as_signed(x.lane[l]) - ap_int<32>(OFFSET);
            y.lane[l] = as_element<TO>(as_signed(entries[fold][row][static_cast<int>(index)]));
        }
        out.write(y);
        fold = fold + 1 == FOLDS ? 0 : fold + 1;
    }
}

}  // namespace sluice

#endif
