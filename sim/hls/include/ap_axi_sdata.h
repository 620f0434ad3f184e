// AXI4-Stream beats with side channels, as Vitis HLS lays them out. Side channels of width 0 keep one unused bit here.
#ifndef AP_AXI_SDATA_H
#define AP_AXI_SDATA_H

#include "ap_int.h"

namespace hls {

template <typename T, int WUser = 0, int WId = 0, int WDest = 0>
struct axis {
    static constexpr int bytes = (T::width + 7) / 8;
    T data;
    ap_uint<bytes> keep;
    ap_uint<bytes> strb;
    ap_uint<(WUser > 0 ? WUser : 1)> user;
    ap_uint<1> last;
    ap_uint<(WId > 0 ? WId : 1)> id;
    ap_uint<(WDest > 0 ? WDest : 1)> dest;
};

}  // namespace hls

template <int D, int U, int TI, int TD> using ap_axis = hls::axis<ap_int<D>, U, TI, TD>;
template <int D, int U, int TI, int TD> using ap_axiu = hls::axis<ap_uint<D>, U, TI, TD>;

#endif
