// Binary operators: results are wide enough to be exact (+ - *), as AMD documents for ap_int.
#ifndef AP_SHIM_OPS_HPP
#define AP_SHIM_OPS_HPP

template <int W> struct ap_int;
template <int W> struct ap_uint;

namespace ap_shim {

// What an operand is: its width, its signedness, and whether it is one of ours (an operator needs one that is).
template <typename T, typename = void> struct operand { static constexpr bool ok = false, own = false; };
template <typename T>
struct operand<T, typename std::enable_if<std::is_integral<T>::value>::type> {
    static constexpr bool ok = true, own = false;
    static constexpr bool is_bool = std::is_same<T, bool>::value;
    typedef ap_int_base<is_bool ? 1 : int(sizeof(T)) * 8, !is_bool && std::is_signed<T>::value> type;
};
template <int W, bool S> struct own_operand {
    static constexpr bool ok = true, own = true;
    typedef ap_int_base<W, S> type;
};
template <int W, bool S> struct operand<ap_int_base<W, S>, void> : own_operand<W, S> {};
template <int W> struct operand<ap_int<W>, void> : own_operand<W, true> {};
template <int W> struct operand<ap_uint<W>, void> : own_operand<W, false> {};
template <int W, bool S, typename V> struct operand<range_ref<W, S, V>, void> : own_operand<W, false> {};
template <typename V> struct operand<bit_ref<V>, void> : own_operand<1, false> {};

template <typename A, typename B>
struct usable : std::integral_constant<bool, operand<A>::ok && operand<B>::ok && (operand<A>::own || operand<B>::own)> {};

constexpr int max_of(int a, int b) { return a > b ? a : b; }

template <typename A, typename B>
struct widths {
    static constexpr bool s1 = A::sign_flag, s2 = B::sign_flag;
    // An unsigned operand beside a signed one counts one bit more: its sign.
    static constexpr int common = max_of(A::width + (s2 && !s1), B::width + (s1 && !s2));
    typedef ap_int_base<common + 1, s1 || s2> sum;
    typedef ap_int_base<common + 1, true> difference;
    typedef ap_int_base<A::width + B::width, s1 || s2> product;
    typedef ap_int_base<A::width + s2, s1 || s2> quotient;
    typedef ap_int_base<(A::width < B::width + (!s2 && s1) ? A::width : B::width + (!s2 && s1)), s1> remainder;
    typedef ap_int_base<common, s1 || s2> bitwise;
};

template <bool Ok, typename A, typename B> struct results {};
template <typename A, typename B>
struct results<true, A, B> : widths<typename operand<A>::type, typename operand<B>::type> {
    typedef bool truth;
};
template <typename A, typename B> struct result : results<usable<A, B>::value, A, B> {};

// The narrow case of every exact operation: unsigned arithmetic in the storage width of the result, mod 2^n.
template <typename R> struct narrow : std::integral_constant<bool, (R::width <= 64)> {};

template <typename R, typename A> constexpr typename R::raw low(const A& a) { return typename R::raw(a.word(0)); }

template <typename R, typename A, typename B> R add(const A& a, const B& b, std::true_type) {
    return R((unsigned long long)(low<R>(a) + low<R>(b)));
}
template <typename R, typename A, typename B> R add(const A& a, const B& b, std::false_type) {
    R r;
    uint64_t carry = 0;
    for (int i = 0; i < R::words(); i++) {
        const uint64_t x = a.word(i), s = x + b.word(i), t = s + carry;
        carry = (s < x) | (t < s);
        r.set_word(i, t);
    }
    r.normalise();
    return r;
}

template <typename R, typename A, typename B> R subtract(const A& a, const B& b, std::true_type) {
    return R((unsigned long long)(low<R>(a) - low<R>(b)));
}
template <typename R, typename A, typename B> R subtract(const A& a, const B& b, std::false_type) {
    R r;
    uint64_t borrow = 0;
    for (int i = 0; i < R::words(); i++) {
        const uint64_t x = a.word(i), y = b.word(i), d = x - y, t = d - borrow;
        borrow = (x < y) | (d < borrow);
        r.set_word(i, t);
    }
    r.normalise();
    return r;
}

template <typename R, typename A, typename B> R multiply(const A& a, const B& b, std::true_type) {
    return R((unsigned long long)(low<R>(a) * low<R>(b)));
}
// Schoolbook on 32-bit digits, modulo the result width: the extended operands make signs come out right.
template <typename R, typename A, typename B> R multiply(const A& a, const B& b, std::false_type) {
    const int n = R::words() * 2;
    uint32_t out[R::words() * 2] = {0};
    for (int i = 0; i < n; i++) {
        const uint64_t x = uint32_t(a.word(i / 2) >> (i % 2 * 32));
        uint64_t carry = 0;
        for (int j = 0; i + j < n; j++) {
            const uint64_t t = x * uint32_t(b.word(j / 2) >> (j % 2 * 32)) + out[i + j] + carry;
            out[i + j] = uint32_t(t);
            carry = t >> 32;
        }
    }
    R r;
    for (int i = 0; i < R::words(); i++) r.set_word(i, uint64_t(out[2 * i + 1]) << 32 | out[2 * i]);
    r.normalise();
    return r;
}

// Truncating division of operands of one signedness, up to 64 bits.
template <typename R, typename A, typename B, bool Quotient> R divide(const A& a, const B& b) {
    static_assert(A::width <= 64 && B::width <= 64, "ap_int: wide division");
    static_assert(A::sign_flag == B::sign_flag, "ap_int: division of mixed signs");
    if (A::sign_flag) {
        const int64_t x = a.to_int64(), y = b.to_int64();
        return R((long long)(Quotient ? x / y : x % y));
    }
    const uint64_t x = a.to_uint64(), y = b.to_uint64();
    return R((unsigned long long)(Quotient ? x / y : x % y));
}

struct op_and { static uint64_t f(uint64_t a, uint64_t b) { return a & b; } };
struct op_or { static uint64_t f(uint64_t a, uint64_t b) { return a | b; } };
struct op_xor { static uint64_t f(uint64_t a, uint64_t b) { return a ^ b; } };
template <typename R, typename F, typename A, typename B> R bitwise(const A& a, const B& b) {
    R r;
    for (int i = 0; i < R::words(); i++) r.set_word(i, F::f(a.word(i), b.word(i)));
    r.normalise();
    return r;
}

// AMD's headers compare as unsigned when the unsigned operand has 32 bits or more and the signed one is no wider: -1 is
// then the largest. Code that may depend on it does not compile here. (With a native operand it does: that is a literal
// or a counter, and not negative.)
template <typename A, typename B> struct comparable {
    static constexpr int u = A::sign_flag ? B::width : A::width, s = A::sign_flag ? A::width : B::width;
    static constexpr bool value = A::sign_flag == B::sign_flag || u < 32 || s > u;
};

// -1, 0 or 1: compares values, whatever the widths and signs.
template <typename A, typename B> int compare(const A& a, const B& b) {
    if (A::width <= 64 - !A::sign_flag && B::width <= 64 - !B::sign_flag) {
        const int64_t x = int64_t(a.word(0)), y = int64_t(b.word(0));
        return x < y ? -1 : x > y;
    }
    if (a.negative() != b.negative()) return a.negative() ? -1 : 1;
    for (int i = (A::words() > B::words() ? A::words() : B::words()) - 1; i >= 0; i--) {
        if (a.word(i) != b.word(i)) return a.word(i) < b.word(i) ? -1 : 1;
    }
    return 0;
}

template <int W, bool S> ap_int_base<W, S> shift_left(const ap_int_base<W, S>& a, int64_t n) {
    ap_int_base<W, S> r;
    if (n >= W) return r;
    for (int i = int(n / 64); i < r.words(); i++) {
        const int s = int(n % 64), from = i - int(n / 64);
        const uint64_t below = from > 0 && s > 0 ? a.word(from - 1) >> (64 - s) : 0;
        r.set_word(i, a.word(from) << s | below);
    }
    r.normalise();
    return r;
}
template <int W, bool S> ap_int_base<W, S> shift_right(const ap_int_base<W, S>& a, int64_t n) {
    ap_int_base<W, S> r;
    if (n >= W) return a.negative() ? ap_int_base<W, S>(-1) : r;
    for (int i = 0; i < r.words(); i++) r.set_word(i, bits_from(a, int(n) + 64 * i));
    r.normalise();
    return r;
}
// A negative amount shifts the other way.
template <int W, bool S> ap_int_base<W, S> shift(const ap_int_base<W, S>& a, int64_t left) {
    return left >= 0 ? shift_left(a, left) : shift_right(a, -left);
}

template <typename T> typename operand<T>::type as_base(const T& x) { return typename operand<T>::type(x); }

#define AP_SHIM_BINARY(OP, RESULT, CALL)                                                     \
    template <typename A, typename B>                                                        \
    inline typename result<A, B>::RESULT operator OP(const A& x, const B& y) {               \
        typedef typename result<A, B>::RESULT R;                                             \
        const typename operand<A>::type a(x);                                                \
        const typename operand<B>::type b(y);                                                \
        return R(CALL);                                                                      \
    }
#define AP_SHIM_COMPARE(OP)                                                                  \
    template <typename A, typename B>                                                        \
    inline typename result<A, B>::truth operator OP(const A& x, const B& y) {                \
        typedef typename operand<A>::type TA;                                                \
        typedef typename operand<B>::type TB;                                                \
        static_assert(!operand<A>::own || !operand<B>::own || comparable<TA, TB>::value,     \
                      "ap_int: comparison of mixed signs; widen the signed operand first");  \
        return compare(TA(x), TB(y)) OP 0;                                                   \
    }
AP_SHIM_BINARY(+, sum, (add<R>(a, b, narrow<R>())))
AP_SHIM_BINARY(-, difference, (subtract<R>(a, b, narrow<R>())))
AP_SHIM_BINARY(*, product, (multiply<R>(a, b, narrow<R>())))
AP_SHIM_BINARY(/, quotient, (divide<R, decltype(as_base(x)), decltype(as_base(y)), true>(a, b)))
AP_SHIM_BINARY(%, remainder, (divide<R, decltype(as_base(x)), decltype(as_base(y)), false>(a, b)))
AP_SHIM_BINARY(&, bitwise, (bitwise<R, op_and>(a, b)))
AP_SHIM_BINARY(|, bitwise, (bitwise<R, op_or>(a, b)))
AP_SHIM_BINARY(^, bitwise, (bitwise<R, op_xor>(a, b)))
AP_SHIM_COMPARE(==)
AP_SHIM_COMPARE(!=)
AP_SHIM_COMPARE(<)
AP_SHIM_COMPARE(<=)
AP_SHIM_COMPARE(>)
AP_SHIM_COMPARE(>=)
#undef AP_SHIM_BINARY
#undef AP_SHIM_COMPARE

// Shifts keep the type of the left operand.
template <typename A, typename N>
using shifted = typename std::enable_if<operand<A>::own && operand<N>::ok, typename operand<A>::type>::type;
template <typename A, typename N> inline shifted<A, N> operator<<(const A& a, const N& n) {
    return shift(as_base(a), as_base(n).to_int64());
}
template <typename A, typename N> inline shifted<A, N> operator>>(const A& a, const N& n) {
    return shift(as_base(a), -as_base(n).to_int64());
}

// 0 - x: one bit more, always signed.
template <typename A>
inline typename std::enable_if<operand<A>::own, result<ap_int_base<1, false>, A>>::type::difference operator-(const A& a) {
    return ap_int_base<1, false>() - a;
}

}  // namespace ap_shim

#endif
