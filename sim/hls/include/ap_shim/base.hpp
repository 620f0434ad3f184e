// The integer class and the references to parts of it.
#ifndef AP_SHIM_BASE_HPP
#define AP_SHIM_BASE_HPP

#include <cstdio>
#include <cstdlib>

#include "storage.hpp"

template <int W, bool S> struct ap_int_base;

namespace ap_shim {

inline void check_range(int hi, int lo, int width) {
    if (lo >= 0 && lo <= hi && hi < width) return;
    std::fprintf(stderr, "ap_int: range(%d, %d) of %d bits\n", hi, lo, width);
    std::exit(1);
}

// 64 bits of a value from bit `lo` on.
template <typename T>
inline uint64_t bits_from(const T& x, int lo) {
    const int i = lo / 64, s = lo % 64;
    return s == 0 ? x.word(i) : (x.word(i) >> s) | (x.word(i + 1) << (64 - s));
}

// x.range(hi, lo): an unsigned integer of hi - lo + 1 bits that can be assigned to. V is const for reading only.
template <int W, bool S, typename V>
struct range_ref {
    V& x;
    int hi, lo;

    range_ref(V& x, int hi, int lo) : x(x), hi(hi), lo(lo) { check_range(hi, lo, W); }
    range_ref(const range_ref&) = default;
    range_ref& operator=(const range_ref& o) { return assign(ap_int_base<W, false>(o)); }
    template <typename T> range_ref& operator=(const T& o) { return assign(ap_int_base<W, true>(o)); }

    int length() const { return hi - lo + 1; }
    uint64_t word(int i) const {
        const int left = length() - 64 * i;
        if (left <= 0) return 0;
        const uint64_t b = bits_from(x, lo + 64 * i);
        return left >= 64 ? b : b & ((uint64_t(1) << left) - 1);
    }
    operator uint64_t() const { return word(0); }
    uint64_t to_uint64() const { return word(0); }
    int64_t to_int64() const { return int64_t(word(0)); }
    int to_int() const { return int(word(0)); }
    unsigned to_uint() const { return unsigned(word(0)); }

   private:
    template <typename T>
    range_ref& assign(const T& value) {
        for (int done = 0; done < length();) {
            const int i = (lo + done) / 64, s = (lo + done) % 64;
            const int n = length() - done < 64 - s ? length() - done : 64 - s;
            const uint64_t mask = (n == 64 ? ~uint64_t(0) : (uint64_t(1) << n) - 1) << s;
            x.set_word(i, (x.word(i) & ~mask) | ((bits_from(value, done) << s) & mask));
            done += n;
        }
        x.normalise();
        return *this;
    }
};

// x[i]: one bit that can be assigned to.
template <typename V>
struct bit_ref {
    V& x;
    int i;

    bit_ref(V& x, int i) : x(x), i(i) { check_range(i, i, V::width); }
    bit_ref(const bit_ref&) = default;
    bit_ref& operator=(const bit_ref& o) { return *this = bool(o); }
    bit_ref& operator=(bool b) {
        const uint64_t mask = uint64_t(1) << (i % 64);
        x.set_word(i / 64, b ? x.word(i / 64) | mask : x.word(i / 64) & ~mask);
        x.normalise();
        return *this;
    }
    uint64_t word(int k) const { return k == 0 && x.test(i) ? 1 : 0; }
    operator bool() const { return x.test(i); }
    bool to_bool() const { return x.test(i); }
    bool operator~() const { return !x.test(i); }
};

}  // namespace ap_shim

// An integer of W bits: two's complement when S, else unsigned. Assignment keeps the W low bits.
template <int W, bool S>
struct ap_int_base : ap_shim::storage<W, S> {
    static_assert(W > 0, "ap_int: at least one bit");
    static constexpr int width = W;
    static constexpr bool sign_flag = S;
    typedef ap_shim::storage<W, S> store;
    typedef typename ap_shim::native<W, S>::type native_type;

    constexpr ap_int_base() {}
    constexpr ap_int_base(bool v) : store(uint64_t(v)) {}
    constexpr ap_int_base(char v) : store(uint64_t(int64_t(v))) {}
    constexpr ap_int_base(signed char v) : store(uint64_t(int64_t(v))) {}
    constexpr ap_int_base(unsigned char v) : store(uint64_t(v)) {}
    constexpr ap_int_base(short v) : store(uint64_t(int64_t(v))) {}
    constexpr ap_int_base(unsigned short v) : store(uint64_t(v)) {}
    constexpr ap_int_base(int v) : store(uint64_t(int64_t(v))) {}
    constexpr ap_int_base(unsigned v) : store(uint64_t(v)) {}
    constexpr ap_int_base(long v) : store(uint64_t(int64_t(v))) {}
    constexpr ap_int_base(unsigned long v) : ap_int_base((unsigned long long)(v)) {}
    constexpr ap_int_base(long long v) : store(uint64_t(v)) {}
    constexpr ap_int_base(unsigned long long v) : store(unsigned_store(v, std::integral_constant<bool, (W > 64)>())) {}
    ap_int_base(double v) : store(uint64_t(int64_t(v))) {}
    template <int W2, bool S2> constexpr ap_int_base(const ap_int_base<W2, S2>& o) : store(take(o)) {}
    template <int W2, bool S2, typename V> ap_int_base(const ap_shim::range_ref<W2, S2, V>& o) : store(take(o)) {}
    template <typename V> ap_int_base(const ap_shim::bit_ref<V>& o) : store(uint64_t(bool(o))) {}

    operator native_type() const { return native_type(this->word(0)); }
    int to_int() const { return int(this->word(0)); }
    unsigned to_uint() const { return unsigned(this->word(0)); }
    long to_long() const { return long(this->word(0)); }
    unsigned long to_ulong() const { return (unsigned long)(this->word(0)); }
    int64_t to_int64() const { return int64_t(this->word(0)); }
    uint64_t to_uint64() const { return this->word(0); }
    double to_double() const { return S ? double(to_int64()) : double(to_uint64()); }
    bool to_bool() const { return or_reduce(); }

    static constexpr int length() { return W; }
    bool sign() const { return this->negative(); }
    bool test(int i) const { return (this->word(i / 64) >> (i % 64)) & 1; }
    bool get_bit(int i) const { return test(i); }
    void set_bit(int i, bool b) { (*this)[i] = b; }
    bool or_reduce() const { return count_ones() != 0; }
    bool and_reduce() const { return count_ones() == W; }
    bool is_zero() const { return !or_reduce(); }

    typedef ap_shim::range_ref<W, S, ap_int_base> range_type;
    typedef ap_shim::range_ref<W, S, const ap_int_base> const_range_type;
    typedef ap_shim::bit_ref<ap_int_base> bit_type;
    range_type range(int hi, int lo) { return range_type(*this, hi, lo); }
    const_range_type range(int hi, int lo) const { return const_range_type(*this, hi, lo); }
    range_type range() { return range(W - 1, 0); }
    const_range_type range() const { return range(W - 1, 0); }
    range_type operator()(int hi, int lo) { return range(hi, lo); }
    const_range_type operator()(int hi, int lo) const { return range(hi, lo); }
    bit_type operator[](int i) { return bit_type(*this, i); }
    bool operator[](int i) const {
        ap_shim::check_range(i, i, W);
        return test(i);
    }

    template <typename T> ap_int_base& operator+=(const T& o) { return *this = *this + o; }
    template <typename T> ap_int_base& operator-=(const T& o) { return *this = *this - o; }
    template <typename T> ap_int_base& operator*=(const T& o) { return *this = *this * o; }
    template <typename T> ap_int_base& operator/=(const T& o) { return *this = *this / o; }
    template <typename T> ap_int_base& operator%=(const T& o) { return *this = *this % o; }
    template <typename T> ap_int_base& operator&=(const T& o) { return *this = *this & o; }
    template <typename T> ap_int_base& operator|=(const T& o) { return *this = *this | o; }
    template <typename T> ap_int_base& operator^=(const T& o) { return *this = *this ^ o; }
    template <typename T> ap_int_base& operator<<=(const T& n) { return *this = *this << n; }
    template <typename T> ap_int_base& operator>>=(const T& n) { return *this = *this >> n; }
    ap_int_base& operator++() { return *this += 1; }
    ap_int_base& operator--() { return *this -= 1; }
    ap_int_base operator++(int) {
        const ap_int_base old = *this;
        ++*this;
        return old;
    }
    ap_int_base operator--(int) {
        const ap_int_base old = *this;
        --*this;
        return old;
    }

    ap_int_base operator+() const { return *this; }
    ap_int_base operator~() const {
        ap_int_base r;
        for (int i = 0; i < words(); i++) r.set_word(i, ~this->word(i));
        r.normalise();
        return r;
    }
    bool operator!() const { return is_zero(); }

    static constexpr int words() { return (W + 63) / 64; }

   private:
    static constexpr store unsigned_store(unsigned long long v, std::false_type) { return store(uint64_t(v)); }
    static store unsigned_store(unsigned long long v, std::true_type) {
        store s;
        s.set_word(0, v);
        s.normalise();
        return s;
    }
    template <typename T> static constexpr store take(const T& o) {
        return take(o, std::integral_constant<bool, (W > 64)>());
    }
    template <typename T> static constexpr store take(const T& o, std::false_type) { return store(o.word(0)); }
    template <typename T> static store take(const T& o, std::true_type) {
        store s;
        for (int i = 0; i < words(); i++) s.set_word(i, o.word(i));
        s.normalise();
        return s;
    }
    int count_ones() const {
        int n = 0;
        for (int i = 0; i < W; i++) n += test(i);
        return n;
    }
};

#include "ops.hpp"

#endif
