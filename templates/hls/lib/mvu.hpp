// Matrix-vector unit, and the products that it shares with the VVU.
#ifndef SLUICE_MVU_HPP
#define SLUICE_MVU_HPP

#include "sluice_types.hpp"

namespace sluice {

// x * w in as many bits as it needs. A bipolar factor only decides the sign.
template <typename TX, typename TW>
inline auto product(const TX& x, const TW& w) -> decltype(value(x) * value(w)) {
#pragma HLS INLINE
    return value(x) * value(w);
}

template <int W>
inline ap_int<W + 1> product(const ap_int<W>& x, const bipolar& w) {
#pragma HLS INLINE
    const ap_int<W + 1> same = x;
    const ap_int<W + 1> opposite = -x;
    return w.bit == 1 ? same : opposite;
}

template <int W>
inline ap_int<W + 1> product(const ap_uint<W>& x, const bipolar& w) {
#pragma HLS INLINE
    const ap_int<W + 1> same = x;
    const ap_int<W + 1> opposite = -same;
    return w.bit == 1 ? same : opposite;
}

inline ap_int<2> product(const bipolar& x, const bipolar& w) {
#pragma HLS INLINE
    return ap_int<2>(x.bit == w.bit ? 1 : -1);
}

// VECTORS times a matrix in GROUPS blocks: MH rows in all, MW columns of each block; LO rows by LI columns per cycle.
// The sums wrap in TO: it holds every result, so the wraps of partial sums cancel.
// weights[p][a]: row p of beat a, the beats in the order in which the loops below use them.
template <typename TI, int LI, typename TO, int LO, int MW, int MH, int GROUPS, int VECTORS, typename TW>
void mvu(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out,
         const TW (&weights)[LO][(MH / LO) * (MW / LI)][LI]) {
    const int SF = MW / LI;
    const int NF = MH / GROUPS / LO;
    beat<TI, LI> buffer[SF];
    TO total[LO];
#pragma HLS ARRAY_PARTITION variable=total complete
    int a = 0;
    for (int v = 0; v < VECTORS; v++) {
        for (int g = 0; g < GROUPS; g++) {
            for (int nf = 0; nf < NF; nf++) {
                for (int sf = 0; sf < SF; sf++) {
#pragma HLS PIPELINE II=1
                    // The first fold over the rows takes the vector, the others replay it.
                    if (nf == 0) buffer[sf] = in.read();
                    const beat<TI, LI> x = buffer[sf];
                    beat<TO, LO> y;
                    for (int p = 0; p < LO; p++) {
#pragma HLS UNROLL
                        TO sum = sf == 0 ? TO(0) : total[p];
                        for (int s = 0; s < LI; s++) {
#pragma HLS UNROLL
                            sum = TO(sum + product(x.lane[s], weights[p][a][s]));
                        }
                        total[p] = sum;
                        y.lane[p] = sum;
                    }
                    if (sf == SF - 1) out.write(y);
                    a = a == GROUPS * NF * SF - 1 ? 0 : a + 1;
                }
            }
        }
    }
}

}  // namespace sluice

#endif
