// A smooth function by straight segments between table entries, with a ramp beside them.
#ifndef SLUICE_CURVE_HPP
#define SLUICE_CURVE_HPP

#include "elementwise.hpp"

namespace sluice {

// One frame of BEATS beats. U_W: bits of the distance along the table, signed; V_W: of the line; SUM_W: of the sum and
// what it is made of; ONE: 2^ONE is added to the line of a negative input, unless it is negative.
template <typename TI, int LI, typename TO, int LO, int BEATS, int ENTRIES, int U_W, int V_W, int SUM_W, int FOLD,
          int START, int SEGMENT, int SLOPE, int ALIGN, int SHIFT, int SIGN, int ONE, int LOW, int HIGH, typename TT,
          typename TD>
void curve(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out, const TT (&entries)[ENTRIES],
           const TD (&rises)[ENTRIES]) {
    for (int b = 0; b < BEATS; b++) {
#pragma HLS PIPELINE II=1
        const beat<TI, LI> x = in.read();
        beat<TO, LO> y;
        for (int l = 0; l < LI; l++) {
#pragma HLS UNROLL
            const ap_int<U_W> v = as_signed(x.lane[l]);
            const ap_int<U_W> zero = 0;
            const ap_int<U_W> origin = START;
            const ap_int<U_W> away = v - origin;
            const ap_int<U_W> minus = zero - v;
            const ap_int<U_W> distance = FOLD == 0 ? away : v < zero ? minus : v;
            const ap_int<U_W> u = distance < zero ? zero : distance;
            const ap_int<U_W> segment = u >> SEGMENT;
            const ap_int<U_W> first = segment << SEGMENT;
            const ap_int<U_W> t = u - first;
            const int index = segment >= ap_int<32>(ENTRIES - 1) ? ENTRIES - 1 : static_cast<int>(segment);
            const ap_int<V_W> base = ap_int<V_W>(as_signed(entries[index])) << SEGMENT;
            const ap_int<V_W> line = base + as_signed(rises[index]) * t;
            const ap_int<V_W> unit = ONE < 0 ? ap_int<V_W>(0) : ap_int<V_W>(ap_int<V_W>(1) << (ONE < 0 ? 0 : ONE));
            const ap_int<V_W> turned = SIGN < 0 ? ap_int<V_W>(unit - line) : ap_int<V_W>(unit + line);
            const ap_int<V_W> side = v < zero ? turned : line;
            const ap_int<U_W> above = v < zero ? zero : v;
            const ap_int<SUM_W> ramp = above * ap_int<32>(SLOPE);
            const ap_int<SUM_W> aligned = ap_int<SUM_W>(side) << ALIGN;
            const ap_int<SUM_W> half = SHIFT == 0 ? ap_int<SUM_W>(0) : ap_int<SUM_W>(ap_int<SUM_W>(1) << (SHIFT == 0 ? 0 : SHIFT - 1));
            const ap_int<SUM_W> sum = ramp + aligned + half;
            const ap_int<SUM_W> quotient = sum >> SHIFT;
            const ap_int<32> low = LOW;
            const ap_int<32> high = HIGH;
            const ap_int<32> r = quotient < low ? low : quotient > high ? high : ap_int<32>(quotient);
            y.lane[l] = as_element<TO>(r);
        }
        out.write(y);
    }
}

}  // namespace sluice

#endif
