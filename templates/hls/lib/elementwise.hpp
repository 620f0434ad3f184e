// Elements as integers of explicit width, for kernels that compute with single elements.
#ifndef SLUICE_ELEMENTWISE_HPP
#define SLUICE_ELEMENTWISE_HPP

#include "sluice_types.hpp"

namespace sluice {

// The signed type that holds every value of an element type.
template <typename T>
struct signed_of;
template <int W>
struct signed_of<ap_int<W> > {
    typedef ap_int<W> type;
    static const int width = W;
};
template <int W>
struct signed_of<ap_uint<W> > {
    typedef ap_int<W + 1> type;
    static const int width = W + 1;
};
template <>
struct signed_of<bipolar> {
    typedef ap_int<2> type;
    static const int width = 2;
};

template <int W>
inline ap_int<W> as_signed(ap_int<W> x) { return x; }
template <int W>
inline ap_int<W + 1> as_signed(ap_uint<W> x) { return ap_int<W + 1>(x); }
inline ap_int<2> as_signed(bipolar x) { return ap_int<2>(static_cast<int>(x)); }

// An integer that is known to fit, as an element.
template <typename T, int W>
struct element_from {
    static T of(ap_int<W> v) { return T(v); }
};
template <int W>
struct element_from<bipolar, W> {
    static bipolar of(ap_int<W> v) { return bipolar(v > 0 ? 1 : -1); }
};
template <typename T, int W>
inline T as_element(ap_int<W> v) { return element_from<T, W>::of(v); }

}  // namespace sluice

#endif
