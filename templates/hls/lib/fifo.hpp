// A FIFO is the depth of a stream; this copy is for one that stands alone.
#ifndef SLUICE_FIFO_HPP
#define SLUICE_FIFO_HPP

#include "sluice_types.hpp"

namespace sluice {

template <typename TI, int LI, typename TO, int LO, int BEATS>
void fifo(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
        out.write(in.read());
    }
}

}  // namespace sluice

#endif
