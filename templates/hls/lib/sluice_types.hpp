// Types shared by all kernels: what travels in one beat of a stream, the bipolar element, and constant arrays.
#ifndef SLUICE_TYPES_HPP
#define SLUICE_TYPES_HPP

#include "ap_int.h"
#include "hls_stream.h"

// Defined by integer headers whose constants are initialised at compile time.
#ifndef AP_INT_CONSTEXPR
#define AP_INT_CONSTEXPR
#endif

namespace sluice {

// One beat: L consecutive elements, lane 0 first.
template <typename T, int L>
struct beat {
    T lane[L];
};

// A bipolar element: one bit, 0 is -1 and 1 is +1. Made from any integer: positive is +1.
struct bipolar {
    ap_uint<1> bit;
    AP_INT_CONSTEXPR bipolar() : bit(0) {}
    AP_INT_CONSTEXPR bipolar(int v) : bit(v > 0 ? 1 : 0) {}
    operator int() const { return bit == 1 ? 1 : -1; }
};

// The integer that an element stands for, in as many bits as it needs: arithmetic on it has exact result widths.
template <int W> inline ap_int<W> value(const ap_int<W>& x) { return x; }
template <int W> inline ap_uint<W> value(const ap_uint<W>& x) { return x; }
inline ap_int<2> value(const bipolar& x) { return ap_int<2>(int(x)); }

// How many bits an element takes, and those bits as an unsigned integer.
template <typename T> struct coding;
template <int W> struct coding<ap_int<W> > {
    static const int bits = W;
    static ap_uint<W> encode(const ap_int<W>& x) { return ap_uint<W>(x); }
    static ap_int<W> decode(const ap_uint<W>& b) { return ap_int<W>(b); }
};
template <int W> struct coding<ap_uint<W> > {
    static const int bits = W;
    static ap_uint<W> encode(const ap_uint<W>& x) { return x; }
    static ap_uint<W> decode(const ap_uint<W>& b) { return b; }
};
template <> struct coding<bipolar> {
    static const int bits = 1;
    static ap_uint<1> encode(const bipolar& x) { return x.bit; }
    static bipolar decode(const ap_uint<1>& b) { return bipolar(b == 1 ? 1 : -1); }
};

}  // namespace sluice

// A constant array: SLUICE_ROM(ap_int<4>, weights, [2][3]) = {{1, 2, 3}, {4, 5, 6}};
// Where integers are plain native ones in memory, the list is read as such: that compiles ten times as fast.
#ifdef AP_INT_IS_NATIVE
namespace sluice {
template <typename T> struct rom_word { typedef typename T::native_type type; };
template <> struct rom_word<bipolar> : rom_word<ap_uint<1> > {};
}  // namespace sluice
#define SLUICE_ROM(T, NAME, DIMS)                                                                    \
    extern const sluice::rom_word<T>::type NAME##_words DIMS;                                        \
    static const T(&NAME) DIMS = reinterpret_cast<const T(&) DIMS>(NAME##_words);                    \
    const sluice::rom_word<T>::type NAME##_words DIMS
#else
#define SLUICE_ROM(T, NAME, DIMS) static const T NAME DIMS
#endif

#endif
