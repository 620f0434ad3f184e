// Scores of LO queries at a time with the keys that pass by, as codes of exponentials.
#ifndef SLUICE_SCORES_HPP
#define SLUICE_SCORES_HPP

#include "mvu.hpp"
#include "rota.hpp"

namespace sluice {

// STEPS steps of HEADS heads of COLUMNS elements, LK of them per cycle. A code is
// clamp((q.k * scale[0] + scale[1]) >> SHIFT, 1, greatest), 0 where a slot has no query or it does not attend to the key.
// mask[query][key] counts where MASKED; CAUSAL: query i attends to keys 0 .. i.
template <typename TQ, int LQ, typename TK, int LK, typename TO, int LO, int QUERIES, int KEYS, int STEPS, int HEADS,
          int COLUMNS, int CAUSAL, int MASKED, int DOT_W, int PRODUCT_W, int SUM_W, int SHIFT, typename TS, int MQ, int MK>
void scores(hls::stream<beat<TQ, LQ> >& queries, hls::stream<beat<TK, LK> >& keys, hls::stream<beat<TO, LO> >& out,
            const TS (&scale)[2], const ap_uint<1> (&mask)[MQ][MK]) {
    const int SF = COLUMNS / LK;
    beat<TQ, LQ> store[LO][HEADS * SF];
#pragma HLS ARRAY_PARTITION variable=store complete dim=1
    ap_int<DOT_W> total[LO];
#pragma HLS ARRAY_PARTITION variable=total complete
    rota<QUERIES, KEYS, LO> now;
    for (int step = 0; step < STEPS; step++) {
        for (int h = 0; h < HEADS; h++) {
            for (int sf = 0; sf < SF; sf++) {
#pragma HLS PIPELINE II=1
                const int at = h * SF + sf;
                const int starting = now.starting();
                beat<TQ, LQ> fresh;
                if (starting >= 0) fresh = queries.read();
                const beat<TK, LK> k = keys.read();
                beat<TO, LO> y;
                for (int p = 0; p < LO; p++) {
#pragma HLS UNROLL
                    const int query = now.query(p);
                    if (p == starting) store[p][at] = fresh;
                    ap_int<DOT_W> sum = sf == 0 ? ap_int<DOT_W>(0) : total[p];
                    if (query >= 0) {
                        for (int s = 0; s < LK; s++) {
#pragma HLS UNROLL
                            sum = ap_int<DOT_W>(sum + product(store[p][at].lane[s], k.lane[s]));
                        }
                    }
                    total[p] = sum;
                    const ap_int<PRODUCT_W> scaled = ap_int<PRODUCT_W>(sum) * scale[0];
                    const ap_int<SUM_W> v = scaled + scale[1];
                    const ap_int<SUM_W> code = v >> SHIFT;
                    const int masks = MASKED != 0 && query >= 0 ? static_cast<int>(mask[query][now.key]) : 1;
                    const bool seen = query >= 0 && (CAUSAL == 0 || now.key <= query) && masks == 1;
                    const ap_int<32> most = (1 << coding<TO>::bits) - 1;
                    const ap_int<32> clamped = code < ap_int<32>(1) ? ap_int<32>(1) : code > most ? most : ap_int<32>(code);
                    y.lane[p] = TO(seen ? clamped : ap_int<32>(0));
                }
                if (sf == SF - 1) out.write(y);
            }
        }
        now.step();
    }
}

}  // namespace sluice

#endif
