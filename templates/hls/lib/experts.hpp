// Mixture of experts: for each token the experts that its routes name, times their gates, summed. Weights come from
// memory, expert by expert: only those that a frame wants, each once.
#ifndef SLUICE_EXPERTS_HPP
#define SLUICE_EXPERTS_HPP

#include "elementwise.hpp"
#include "mvu.hpp"

namespace sluice {

// Beats of BEAT bits that hold a word of BITS.
template <int BITS, int BEAT>
struct beats_of {
    static const int value = (BITS + BEAT - 1) / BEAT;
};

// WORDS words of ROWS by COLS elements, row by row from the least significant bit, each in whole beats from `at` on.
template <typename T, int WORDS, int ROWS, int COLS, int BEAT>
void read_words(const ap_uint<BEAT>* memory, int at, T (&words)[WORDS][ROWS][COLS]) {
    const int bits = coding<T>::bits;
    const int SLICES = beats_of<ROWS * COLS * bits, BEAT>::value;
    for (int w = 0; w < WORDS; w++) {
        ap_uint<SLICES * BEAT> word = 0;
        for (int s = 0; s < SLICES; s++) {
#pragma HLS PIPELINE II=1
            word.range(s * BEAT + BEAT - 1, s * BEAT) = memory[at + w * SLICES + s];
        }
        for (int r = 0; r < ROWS; r++) {
#pragma HLS UNROLL
            for (int c = 0; c < COLS; c++) {
#pragma HLS UNROLL
                const int i = r * COLS + c;
                const ap_uint<bits> code = word.range(i * bits + bits - 1, i * bits);
                words[w][r][c] = coding<T>::decode(code);
            }
        }
    }
}

// WORDS words of LANES pairs: a field of MUL_W bits, then one of ADD_W.
template <int WORDS, int LANES, int MUL_W, int ADD_W, int BEAT>
void read_scales(const ap_uint<BEAT>* memory, int at, ap_int<MUL_W> (&mul)[WORDS][LANES],
                 ap_int<ADD_W> (&add)[WORDS][LANES]) {
    const int PAIR = MUL_W + ADD_W;
    const int SLICES = beats_of<LANES * PAIR, BEAT>::value;
    for (int w = 0; w < WORDS; w++) {
        ap_uint<SLICES * BEAT> word = 0;
        for (int s = 0; s < SLICES; s++) {
#pragma HLS PIPELINE II=1
            word.range(s * BEAT + BEAT - 1, s * BEAT) = memory[at + w * SLICES + s];
        }
        for (int l = 0; l < LANES; l++) {
#pragma HLS UNROLL
            const ap_uint<MUL_W> m = word.range(l * PAIR + MUL_W - 1, l * PAIR);
            const ap_uint<ADD_W> a = word.range(l * PAIR + PAIR - 1, l * PAIR + MUL_W);
            mul[w][l] = ap_int<MUL_W>(m);
            add[w][l] = ap_int<ADD_W>(a);
        }
    }
}

// A frame of TOKENS vectors of WIDTH elements and K routes each. A route is {expert, gate}, a gate of one
// 2^(GATE_W - 1); one above counts as one, and an expert beyond the last adds nothing.
template <typename TX, int LX, typename TR, int LR, typename TO, int LO, int TOKENS, int K, int EXPERTS, int WIDTH,
          int HIDDEN, int PE, int GATE_W, typename TW1, int ACC1, int MUL_W, int ADD_W, int SUM_W, int SHIFT,
          int TIES_EVEN, int LOW, int HIGH, int CODES, typename TH, typename TW2, int ACC2, int BIASES, int BIAS_W,
          int BEAT, int UP_SPAN, int DOWN_SPAN, int ENTRIES>
void experts(hls::stream<beat<TX, LX> >& in0, hls::stream<beat<TR, LR> >& in1, hls::stream<beat<TO, LO> >& out,
             const TH (&activation)[ENTRIES], const ap_uint<BEAT>* memory) {
    const int SF = WIDTH / LX;    // folds of the channels
    const int NF = HIDDEN / PE;   // folds of the hidden channels
    const int WORDS = SF * NF;
    const int NAMES = coding<TR>::bits > GATE_W ? coding<TR>::bits - GATE_W : 1;
    const int WIDE = NAMES + GATE_W;

    beat<TX, LX> vectors[TOKENS][SF];
    TO sums[TOKENS][SF][LO];
    for (int t = 0; t < TOKENS; t++) {
        for (int f = 0; f < SF; f++) {
#pragma HLS PIPELINE II=1
            vectors[t][f] = in0.read();
            for (int l = 0; l < LO; l++) {
#pragma HLS UNROLL
                sums[t][f][l] = 0;
            }
        }
    }

    // One queue per expert, as linked lists in one memory.
    int heads[EXPERTS], tails[EXPERTS];
    int nexts[TOKENS * K];
    ap_uint<GATE_W> gates[TOKENS * K];
    for (int e = 0; e < EXPERTS; e++) heads[e] = -1;
    for (int i = 0; i < TOKENS * K; i++) {
#pragma HLS PIPELINE II=1
        const ap_uint<WIDE> code = in1.read().lane[0];
        const ap_uint<NAMES> name = code.range(WIDE - 1, GATE_W);
        const ap_uint<GATE_W> gate = code.range(GATE_W - 1, 0);
        const ap_uint<GATE_W> one = ap_uint<GATE_W>(1) << (GATE_W - 1);
        gates[i] = gate > one ? one : gate;
        nexts[i] = -1;
        const int e = name.to_int();
        if (e >= 0 && e < EXPERTS) {
            if (heads[e] < 0) heads[e] = i;
            else nexts[tails[e]] = i;
            tails[e] = i;
        }
    }

    TW1 up[WORDS][PE][LX];
    TW2 down[WORDS][LX][PE];
    ap_int<MUL_W> mul[NF][PE];
    ap_int<ADD_W> add[NF][PE];
    ap_int<BIAS_W> bias[SF][1][LX];
    TH hidden[NF][PE];
    for (int e = 0; e < EXPERTS; e++) {
        if (heads[e] < 0) continue;
        const int begin = e * (UP_SPAN + DOWN_SPAN);
        const int scales = begin + WORDS * beats_of<PE * LX * coding<TW1>::bits, BEAT>::value;
        const int biases = begin + UP_SPAN + WORDS * beats_of<PE * LX * coding<TW2>::bits, BEAT>::value;
        read_words<TW1, WORDS, PE, LX, BEAT>(memory, begin, up);
        read_scales<NF, PE, MUL_W, ADD_W, BEAT>(memory, scales, mul, add);
        read_words<TW2, WORDS, LX, PE, BEAT>(memory, begin + UP_SPAN, down);
        if (BIASES != 0) read_words<ap_int<BIAS_W>, SF, 1, LX, BEAT>(memory, biases, bias);
        for (int i = heads[e]; i >= 0; i = nexts[i]) {
            const int t = i / K;
            ap_int<ACC1> first[PE];
            for (int w = 0; w < WORDS; w++) {
#pragma HLS PIPELINE II=1
                const int nf = w / SF;
                const int sf = w % SF;
                for (int p = 0; p < PE; p++) {
#pragma HLS UNROLL
                    ap_int<ACC1> sum = sf == 0 ? ap_int<ACC1>(0) : first[p];
                    for (int s = 0; s < LX; s++) {
#pragma HLS UNROLL
                        sum = ap_int<ACC1>(sum + product(vectors[t][sf].lane[s], up[w][p][s]));
                    }
                    first[p] = sum;
                    if (sf == SF - 1) {
                        const ap_int<ACC1 + MUL_W> scaled = sum * mul[nf][p];
                        const ap_int<SUM_W> shifted = scaled + add[nf][p];
                        const ap_int<SUM_W> quotient = shifted >> SHIFT;
                        const ap_int<SUM_W> even = quotient & ap_int<SUM_W>(-2);
                        const ap_int<SUM_W> back = quotient << SHIFT;
                        const ap_int<SUM_W> v = TIES_EVEN != 0 && back == shifted ? even : quotient;
                        const ap_int<32> low = LOW;
                        const ap_int<32> high = HIGH;
                        const ap_int<32> r = v < low ? low : v > high ? high : ap_int<32>(v);
                        hidden[nf][p] = CODES > 0 ? activation[r.to_int() - LOW] : as_element<TH>(r);
                    }
                }
            }
            ap_int<ACC2> second[LX];
            for (int w = 0; w < WORDS; w++) {
#pragma HLS PIPELINE II=1
                const int row = w / NF;
                const int nf = w % NF;
                for (int s = 0; s < LX; s++) {
#pragma HLS UNROLL
                    ap_int<ACC2> sum = nf == 0 ? ap_int<ACC2>(0) : second[s];
                    for (int p = 0; p < PE; p++) {
#pragma HLS UNROLL
                        sum = ap_int<ACC2>(sum + product(hidden[nf][p], down[w][s][p]));
                    }
                    second[s] = sum;
                    if (nf == NF - 1) {
                        const ap_int<ACC2> biased = BIASES != 0 ? ap_int<ACC2>(sum + bias[row][0][s]) : sum;
                        const ap_int<ACC2 + GATE_W + 1> gated = biased * ap_int<GATE_W + 1>(gates[i]);
                        sums[t][row][s] = TO(sums[t][row][s] + gated);
                    }
                }
            }
        }
    }

    for (int t = 0; t < TOKENS; t++) {
        for (int f = 0; f < SF; f++) {
#pragma HLS PIPELINE II=1
            beat<TO, LO> y;
            for (int l = 0; l < LO; l++) {
#pragma HLS UNROLL
                y.lane[l] = sums[t][f][l];
            }
            out.write(y);
        }
    }
}

}  // namespace sluice

#endif
