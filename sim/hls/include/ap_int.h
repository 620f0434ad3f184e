// Arbitrary-width integers with the interface and result widths that AMD documents for Vitis HLS: what simulates our
// HLS C++ where Vitis is not installed. Written from the documentation; covers what generated designs use, and no more.
#ifndef AP_INT_H
#define AP_INT_H

#include <iosfwd>

#include "ap_shim/base.hpp"

// Our constants can be initialised at compile time, and one of up to 64 bits is a `native_type` in memory.
#define AP_INT_CONSTEXPR constexpr
#define AP_INT_IS_NATIVE

template <int W>
struct ap_int : ap_int_base<W, true> {
    using ap_int_base<W, true>::ap_int_base;
    constexpr ap_int() {}
    template <int W2, bool S2> constexpr ap_int(const ap_int_base<W2, S2>& o) : ap_int_base<W, true>(o) {}
};

template <int W>
struct ap_uint : ap_int_base<W, false> {
    using ap_int_base<W, false>::ap_int_base;
    constexpr ap_uint() {}
    template <int W2, bool S2> constexpr ap_uint(const ap_int_base<W2, S2>& o) : ap_int_base<W, false>(o) {}
};

template <typename C, typename Traits, int W, bool S>
inline std::basic_ostream<C, Traits>& operator<<(std::basic_ostream<C, Traits>& os, const ap_int_base<W, S>& x) {
    static_assert(W <= 64, "ap_int: only up to 64 bits are printed");
    if (S) return os << (long long)(x.to_int64());
    return os << (unsigned long long)(x.to_uint64());
}

#endif
