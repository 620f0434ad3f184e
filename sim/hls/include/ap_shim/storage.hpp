// How an integer of W bits is kept: the smallest native integer up to 64 bits, an array of 64-bit words above.
//
// Both are always normalised (sign- or zero-extended to the full storage) and answer `word(i)`: bits 64i..64i+63 of the
// value extended without end. Everything else in the shim is written on `word`.
#ifndef AP_SHIM_STORAGE_HPP
#define AP_SHIM_STORAGE_HPP

#include <cstdint>
#include <type_traits>

namespace ap_shim {

template <int Bytes, bool S> struct native_of;
template <> struct native_of<1, true> { typedef int8_t type; };
template <> struct native_of<1, false> { typedef uint8_t type; };
template <> struct native_of<2, true> { typedef int16_t type; };
template <> struct native_of<2, false> { typedef uint16_t type; };
template <> struct native_of<4, true> { typedef int32_t type; };
template <> struct native_of<4, false> { typedef uint32_t type; };
template <> struct native_of<8, true> { typedef int64_t type; };
template <> struct native_of<8, false> { typedef uint64_t type; };

// Smallest native integer of at least W bits (64 for anything wider).
template <int W, bool S>
struct native : native_of<(W <= 8 ? 1 : W <= 16 ? 2 : W <= 32 ? 4 : 8), S> {};

template <int W, bool S, bool Wide = (W > 64)> struct storage;

template <int W, bool S>
struct storage<W, S, false> {
    typedef typename native<W, S>::type type;
    // Shifts in 32 bits where they suffice: half the vector width of 64-bit code.
    typedef typename std::conditional<(W <= 32), uint32_t, uint64_t>::type raw;
    typedef typename std::make_signed<raw>::type sraw;
    static constexpr int spare = int(sizeof(raw)) * 8 - W;

    type v;

    constexpr storage() : v(0) {}
    // The W low bits of x.
    constexpr explicit storage(uint64_t x) : v(wrap(x)) {}

    static constexpr type wrap(uint64_t x) {
        return S ? type(sraw(raw(x) << spare) >> spare) : type(raw(raw(x) << spare) >> spare);
    }
    constexpr bool negative() const { return S && v < 0; }
    constexpr uint64_t word(int i) const {
        return i == 0 ? uint64_t(int64_t(v)) : negative() ? ~uint64_t(0) : uint64_t(0);
    }
    void set_word(int i, uint64_t x) {
        if (i == 0) v = type(x);
    }
    void normalise() { v = wrap(uint64_t(v)); }
};

template <int W, bool S>
struct storage<W, S, true> {
    static constexpr int words = (W + 63) / 64;
    static constexpr int spare = words * 64 - W;

    uint64_t w[words];

    constexpr storage() : w() {}
    // The value of x read as a signed 64-bit integer.
    explicit storage(uint64_t x) : w() {
        const uint64_t fill = (x >> 63) ? ~uint64_t(0) : 0;
        w[0] = x;
        for (int i = 1; i < words; i++) w[i] = fill;
        normalise();
    }

    bool negative() const { return S && (w[words - 1] >> 63) != 0; }
    uint64_t word(int i) const { return i < words ? w[i] : negative() ? ~uint64_t(0) : uint64_t(0); }
    void set_word(int i, uint64_t x) {
        if (i < words) w[i] = x;
    }
    void normalise() {
        const uint64_t top = w[words - 1] << spare;
        w[words - 1] = S ? uint64_t(int64_t(top) >> spare) : top >> spare;
    }
};

}  // namespace ap_shim

#endif
