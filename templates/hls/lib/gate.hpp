// Matrix-vector unit with a bank of weights per task.
#ifndef SLUICE_GATE_HPP
#define SLUICE_GATE_HPP

#include "mvu.hpp"

namespace sluice {

// VECTORS times the matrix of the frame's task, of MH rows and MW columns; LO rows by LI columns per cycle. A task beyond
// the last counts as the last.
template <typename TI, int LI, typename TT, int LT, typename TO, int LO, int TASKS, int MW, int MH, int VECTORS,
          typename TW>
void gate(hls::stream<beat<TI, LI> >& in0, hls::stream<beat<TT, LT> >& in1, hls::stream<beat<TO, LO> >& out,
          const TW (&weights)[LO][TASKS * (MH / LO) * (MW / LI)][LI]) {
    const int SF = MW / LI;
    const int NF = MH / LO;
    const ap_uint<32> asked = in1.read().lane[0];
    const ap_uint<32> last = TASKS - 1;
    const ap_uint<32> task = asked > last ? last : asked;
    const int bank = task.to_int() * NF * SF;
    beat<TI, LI> buffer[SF];
    TO total[LO];
#pragma HLS ARRAY_PARTITION variable=total complete
    for (int v = 0; v < VECTORS; v++) {
        for (int nf = 0; nf < NF; nf++) {
            for (int sf = 0; sf < SF; sf++) {
#pragma HLS PIPELINE II=1
                if (nf == 0) buffer[sf] = in0.read();
                const beat<TI, LI> x = buffer[sf];
                beat<TO, LO> y;
                for (int p = 0; p < LO; p++) {
#pragma HLS UNROLL
                    TO sum = sf == 0 ? TO(0) : total[p];
                    for (int s = 0; s < LI; s++) {
#pragma HLS UNROLL
                        sum = TO(sum + product(x.lane[s], weights[p][bank + nf * SF + sf][s]));
                    }
                    total[p] = sum;
                    y.lane[p] = sum;
                }
                if (sf == SF - 1) out.write(y);
            }
        }
    }
}

}  // namespace sluice

#endif
