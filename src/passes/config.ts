import { type Static, Type } from 'typebox';
import { MEMORY_WIDTHS } from '../kernels/memory.ts';

const positive = Type.Integer({ minimum: 1 });

const limit = Type.Optional(Type.Number({ minimum: 0 }));

const method = Type.Union([
  Type.Literal('auto'),
  Type.Literal('thresholds'),
  Type.Literal('requantise'),
  Type.Literal('table'),
]);

/** The most bits of the weights and data of a float model. */
export const MOST_BITS = 16;

/** Folding of one node, by the field's names. */
const nodeFolding = Type.Object(
  { PE: Type.Optional(positive), SIMD: Type.Optional(positive) },
  { additionalProperties: false },
);

/** The schema of a folding file: node name → PE and SIMD; `Defaults` holds for all others. */
export const foldingSchema = Type.Record(Type.String(), nodeFolding);

/** The schema of `--config`: everything that a build can be told. Options on the command line win. */
export const configSchema = Type.Object(
  {
    arch: Type.Optional(
      Type.Union([Type.Literal('streaming'), Type.Literal('pixelwise'), Type.Literal('unrolled')], {
        description:
          'one kernel per op, folded; the same with circuits for products, a pixel per cycle; or the whole network as one circuit, a frame per cycle',
      }),
    ),
    levels: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'levels of logic between two registers of a circuit (pixelwise, unrolled; default 5)',
      }),
    ),
    tmr: Type.Optional(
      Type.Boolean({ description: 'all registers in triplicate, with majority voters that correct them (unrolled)' }),
    ),
    weights: Type.Optional(
      Type.Union([Type.Literal('constant'), Type.Literal('runtime')], {
        description:
          'weights and addends fixed in the logic, or in registers that are loaded while frames pass (unrolled)',
      }),
    ),
    targetIi: Type.Optional(Type.Integer({ minimum: 1, description: 'cycles between frames' })),
    targetFps: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'frames per second; needs clockMhz' })),
    clockMhz: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'clock frequency in MHz (default 200)' })),
    device: Type.Optional(Type.String({ description: 'FPGA part, for csynth.tcl' })),
    fit: Type.Optional(Type.Boolean({ description: 'as fast as the device, or the budget, allows' })),
    budget: Type.Optional(
      Type.Object(
        { lut: limit, ff: limit, dsp: limit, bram: limit },
        {
          additionalProperties: false,
          description: 'the most of each resource; BRAM in 18 Kbit (default: of the device)',
        },
      ),
    ),
    folding: Type.Optional(foldingSchema),
    fifoDepths: Type.Optional(
      Type.Record(Type.String(), positive, {
        description: 'depths of FIFOs by name, instead of those found by simulation',
      }),
    ),
    /** How the functions between two integers are built: for all nodes, or by node name. */
    quantise: Type.Optional(method),
    quantiseNodes: Type.Optional(Type.Record(Type.String(), method)),
    approximationLsb: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'how far softmax and the like may be off, in output units' }),
    ),
    attention: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('fused'), Type.Literal('faithful')], {
        description: 'attention as one op where nothing is quantised inside (auto), wherever it can be, or never',
      }),
    ),
    mult: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('lut'), Type.Literal('dsp')], {
        description: 'multipliers in LUTs or DSPs',
      }),
    ),
    bits: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: MOST_BITS,
        description: 'bits of weights and data of a float model (default 8)',
      }),
    ),
    ranges: Type.Optional(
      Type.Union([Type.Literal('minmax'), Type.Literal('percentile'), Type.Literal('mse')], {
        description: 'how the ranges of a float model are chosen (default mse)',
      }),
    ),
    memoryWidth: Type.Optional(
      Type.Union(
        MEMORY_WIDTHS.map((w) => Type.Literal(w)),
        {
          description: 'bits of a beat of the AXI4 read masters (default 128)',
        },
      ),
    ),
    /** Input shapes and types by ONNX name. */
    shapes: Type.Optional(Type.Record(Type.String(), Type.Array(positive))),
    inputTypes: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { additionalProperties: false },
);

export type BuildConfig = Static<typeof configSchema>;
export type FoldingFile = Static<typeof foldingSchema>;

export const DEFAULT_CLOCK_MHZ = 200;

/** Levels of logic between two registers of a circuit. */
export const DEFAULT_LEVELS = 5;

/** As much again as the rounding of the result itself. */
export const DEFAULT_APPROXIMATION_LSB = 0.5;
