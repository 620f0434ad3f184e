// Sliding-window generators: a frame of pixels in, its windows out.
#ifndef SLUICE_SWG_HPP
#define SLUICE_SWG_HPP

#include "sluice_types.hpp"

namespace sluice {

// One frame, LI channels per beat. A pixel is COUTER * CINNER beats; windows are read in the order
//   for oh, ow: for outer < COUTER: for kh, kw: for inner < CINNER
// from a circular buffer of DEPTH beats, while the next pixels are written: each pass of the loop writes a beat, or reads
// one, or both. A beat is never read in the pass that writes it.
template <typename TI, int LI, typename TO, int LO, int H, int W, int COUTER, int CINNER, int KH, int KW, int SH, int SW,
          int DH, int DW, int DEPTH>
void swg(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    static_assert(LI == LO, "the lanes of both streams are the same channels");
    const int FOLD = COUTER * CINNER;
    const int OH = (H - (KH - 1) * DH - 1) / SH + 1;
    const int OW = (W - (KW - 1) * DW - 1) / SW + 1;
    const int REACH = ((KH - 1) * DH * W + (KW - 1) * DW) * FOLD;
    const int IN_BEATS = H * W * FOLD;
    const int OUT_BEATS = OH * OW * KH * KW * FOLD;
    // How far the base of the windows moves after a pixel and after a row.
    const int STEP_OW = SW * FOLD;
    const int STEP_OH = (SH * W - (OW - 1) * SW) * FOLD;

    beat<TI, LI> buffer[DEPTH];
#pragma HLS AGGREGATE variable=buffer
#pragma HLS BIND_STORAGE variable=buffer type=ram_s2p

    int written = 0, produced = 0;
    int room = DEPTH;  // beats that may be written
    int ahead = 0;     // beats that are there, from the reader's position on
    int write_at = 0, read_at = 0;
    int inner = 0, kw = 0, kh = 0, outer = 0, ow = 0;

    while (written < IN_BEATS || produced < OUT_BEATS) {
#pragma HLS PIPELINE II=1
        const bool writes = written < IN_BEATS && room > 0;
        const bool reads = produced < OUT_BEATS && ahead > 0;
        if (reads) {
            const beat<TI, LI> word = buffer[read_at];
            beat<TO, LO> y;
            for (int i = 0; i < LO; ++i) {
#pragma HLS UNROLL
                y.lane[i] = static_cast<TO>(word.lane[i]);
            }
            out.write(y);
            ++produced;
            // The reader's move is that of the outermost loop that advances; all inner ones start again.
            int move = 1;
            if (++inner == CINNER) {
                inner = 0;
                move = DW * FOLD - (CINNER - 1);
                if (++kw == KW) {
                    kw = 0;
                    move = (DH * W - (KW - 1) * DW) * FOLD - (CINNER - 1);
                    if (++kh == KH) {
                        kh = 0;
                        move = 1 - REACH;
                        if (++outer == COUTER) {
                            outer = 0;
                            int step = STEP_OW;
                            if (++ow == OW) {
                                ow = 0;
                                step = STEP_OH;
                            }
                            move = step - REACH - (FOLD - 1);
                            room += step;
                        }
                    }
                }
            }
            ahead -= move;
            // All moves are constants, so is their remainder: no division in hardware.
            read_at += move % DEPTH;
            if (read_at >= DEPTH) read_at -= DEPTH;
            if (read_at < 0) read_at += DEPTH;
        }
        if (writes) {
            buffer[write_at] = in.read();
            write_at = write_at + 1 == DEPTH ? 0 : write_at + 1;
            ++written;
            --room;
            ++ahead;
        }
    }
}

// One frame, a pixel in per beat and a window out per beat, in the order (GROUPS, KH, KW, C / GROUPS). Delay lines of DH
// rows feed a shift register for each row of the kernel, whose taps are the window.
template <typename TI, int LI, typename TO, int LO, int H, int W, int C, int GROUPS, int KH, int KW, int SH, int SW,
          int DH, int DW>
void swg_parallel(hls::stream<beat<TI, LI> >& in, hls::stream<beat<TO, LO> >& out) {
    static_assert(LI == C && LO == KH * KW * C, "a pixel in, a window out");
    const int ROW = DH * W;
    const int LENGTH = (KW - 1) * DW + 1;
    const int PART = C / GROUPS;

    beat<TI, C> lines[KH > 1 ? KH - 1 : 1][ROW];
#pragma HLS ARRAY_PARTITION variable=lines dim=1 complete
#pragma HLS AGGREGATE variable=lines
    beat<TI, C> shift[KH][LENGTH];
#pragma HLS ARRAY_PARTITION variable=shift dim=0 complete

    int at = 0;
    int wait_row = (KH - 1) * DH;  // rows until the next last row of a window
    for (int h = 0; h < H; ++h) {
        int wait_column = (KW - 1) * DW;
        for (int w = 0; w < W; ++w) {
#pragma HLS PIPELINE II=1
            beat<TI, C> pixel = in.read();
            for (int i = KH - 1; i >= 0; --i) {
#pragma HLS UNROLL
                for (int j = LENGTH - 1; j > 0; --j) {
#pragma HLS UNROLL
                    shift[i][j] = shift[i][j - 1];
                }
                shift[i][0] = pixel;
                if (i > 0) {
                    const beat<TI, C> above = lines[i - 1][at];
                    lines[i - 1][at] = pixel;
                    pixel = above;
                }
            }
            at = at + 1 == ROW ? 0 : at + 1;
            if (wait_row == 0 && wait_column == 0) {
                beat<TO, LO> y;
                for (int g = 0; g < GROUPS; ++g) {
#pragma HLS UNROLL
                    for (int i = 0; i < KH; ++i) {
#pragma HLS UNROLL
                        for (int j = 0; j < KW; ++j) {
#pragma HLS UNROLL
                            for (int c = 0; c < PART; ++c) {
#pragma HLS UNROLL
                                y.lane[((g * KH + i) * KW + j) * PART + c] =
                                    static_cast<TO>(shift[i][(KW - 1 - j) * DW].lane[g * PART + c]);
                            }
                        }
                    }
                }
                out.write(y);
            }
            wait_column = wait_column == 0 ? SW - 1 : wait_column - 1;
        }
        wait_row = wait_row == 0 ? SH - 1 : wait_row - 1;
    }
}

}  // namespace sluice

#endif
