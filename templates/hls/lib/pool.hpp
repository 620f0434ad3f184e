// Maximum or sum of the beats of each window, lane by lane.
#ifndef SLUICE_POOL_HPP
#define SLUICE_POOL_HPP

#include "sluice_types.hpp"

namespace sluice {

// The larger of two values, or their sum (which is known to fit T).
template <typename T, bool SUM>
T pool_join(const T& a, const T& b) {
#pragma HLS INLINE
    if (SUM) return static_cast<T>(a + b);
    return a > b ? a : b;
}

// WINDOWS times K beats in, one beat out for each K.
template <typename TI, int LI, typename TO, int LO, int WINDOWS, int K, int SUM>
void pool(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    static_assert(LI == LO, "the lanes of both streams are the same channels");
    beat<TO, LO> total;
    for (int n = 0; n < WINDOWS; ++n) {
        for (int k = 0; k < K; ++k) {
#pragma HLS PIPELINE II=1
            const beat<TI, LI> x = in.read();
            for (int i = 0; i < LO; ++i) {
#pragma HLS UNROLL
                const TO v = static_cast<TO>(x.lane[i]);
                total.lane[i] = k == 0 ? v : pool_join<TO, SUM != 0>(total.lane[i], v);
            }
            if (k == K - 1) out.write(total);
        }
    }
}

}  // namespace sluice

#endif
