// Product of two streamed matrices, head by head.
#ifndef SLUICE_MATMUL_HPP
#define SLUICE_MATMUL_HPP

#include "mvu.hpp"

namespace sluice {

// [ROWS, HEADS K] by [M, HEADS K] (BY_ROW) or [K, HEADS M]: LO columns by LA products per cycle. The second operand is
// kept for the frame. The sums wrap in TO: it holds every result, so the wraps of partial sums cancel.
template <typename TA, int LA, typename TB, int LB, typename TO, int LO, int ROWS, int HEADS, int K, int M, int BY_ROW>
void matmul(hls::stream<beat<TA, LA> >& a, hls::stream<beat<TB, LB> >& b, hls::stream<beat<TO, LO> >& out) {
    const int LINES = BY_ROW != 0 ? M : K;
    const int BEATS = HEADS * (BY_ROW != 0 ? K : M) / LB;
    const int KF = K / LA;
    const int MF = M / LO;
    TB kept[LINES][BEATS][LB];
#pragma HLS ARRAY_PARTITION variable=kept cyclic factor=LO dim=1
#pragma HLS ARRAY_PARTITION variable=kept complete dim=3
    for (int line = 0; line < LINES; line++) {
        for (int i = 0; i < BEATS; i++) {
#pragma HLS PIPELINE II=1
            const beat<TB, LB> x = b.read();
            for (int l = 0; l < LB; l++) kept[line][i][l] = x.lane[l];
        }
    }
    beat<TA, LA> row[KF];
    TO total[LO];
#pragma HLS ARRAY_PARTITION variable=total complete
    for (int n = 0; n < ROWS; n++) {
        for (int h = 0; h < HEADS; h++) {
            for (int mf = 0; mf < MF; mf++) {
                for (int kf = 0; kf < KF; kf++) {
#pragma HLS PIPELINE II=1
                    if (mf == 0) row[kf] = a.read();
                    const beat<TA, LA> x = row[kf];
                    beat<TO, LO> y;
                    for (int p = 0; p < LO; p++) {
#pragma HLS UNROLL
                        TO sum = kf == 0 ? TO(0) : total[p];
                        for (int s = 0; s < LA; s++) {
#pragma HLS UNROLL
                            const TB w = BY_ROW != 0 ? kept[mf * LO + p][h * KF + kf][s % LB]
                                                     : kept[kf * LA + s][h * MF + mf][p % LB];
                            sum = TO(sum + product(x.lane[s], w));
                        }
                        total[p] = sum;
                        y.lane[p] = sum;
                    }
                    if (kf == KF - 1) out.write(y);
                }
            }
        }
    }
}

}  // namespace sluice

#endif
