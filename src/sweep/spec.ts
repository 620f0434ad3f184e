import { type Static, Type } from 'typebox';
import { fail } from '../diag/diagnostic.ts';
import { badAxis, badSweep, needsData } from '../diag/messages-sweep.ts';
import { fileProblems, schemaProblems } from '../ir/schema.ts';
import { type BuildConfig, configSchema } from '../passes/config.ts';

/** What a design is measured by; all are minimised. */
export const OBJECTIVES = {
  lut: 'LUTs, estimated',
  ff: 'flip-flops, estimated',
  dsp: 'DSP blocks, estimated',
  bram: 'BRAM blocks of 18 Kbit, estimated',
  latency: 'cycles from the first input to the first output',
  ii: 'cycles between frames',
  latencyNs: 'latency at the clock, in nanoseconds',
  frameNs: 'time between frames at the clock, in nanoseconds',
  error: 'mean absolute difference from the expected output; needs data',
  disagreement: 'share of the samples whose largest output is another than expected; needs data',
} as const;

export type Objective = keyof typeof OBJECTIVES;
const NAMES = Object.keys(OBJECTIVES) as Objective[];

/** The objectives that look at samples. */
const ON_DATA: readonly Objective[] = ['error', 'disagreement'];

/** Keys of the configuration that quantise a float model: by the samples. */
export const QUANTISING = ['bits', 'ranges'] as const;

const count = (description: string) => Type.Integer({ minimum: 1, description });

const search = Type.Object(
  {
    method: Type.Union([Type.Literal('grid'), Type.Literal('random'), Type.Literal('halving')]),
    samples: Type.Optional(count('designs to try (random, halving; default 64)')),
    generation: Type.Optional(count('designs proposed at a time (halving; default 18)')),
    eta: Type.Optional(
      Type.Integer({ minimum: 2, description: 'one in eta goes on to eta times the samples (halving; default 3)' }),
    ),
    seed: Type.Optional(Type.Integer({ description: 'of all that is random (default 1)' })),
  },
  { additionalProperties: false },
);

/** The schema of a sweep. Paths are relative to the file that it stands in. */
export const sweepSchema = Type.Object(
  {
    model: Type.String({ minLength: 1, description: 'an ONNX file, or the text of a model (.sir)' }),
    config: Type.Optional(configSchema),
    axes: Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 }), {
      description: 'key of the configuration → the values to try',
    }),
    objectives: Type.Optional(
      Type.Array(Type.Union(NAMES.map((n) => Type.Literal(n))), { minItems: 1, uniqueItems: true }),
    ),
    search: Type.Optional(search),
    data: Type.Optional(
      Type.Object(
        { inputs: Type.String({ minLength: 1 }), expect: Type.String({ minLength: 1 }) },
        { additionalProperties: false, description: '.npy files: samples, and the outputs or the class of each' },
      ),
    ),
  },
  { additionalProperties: false },
);

export type SweepFile = Static<typeof sweepSchema>;

/** A sweep with nothing left open. */
export interface Sweep {
  readonly model: string;
  readonly config: BuildConfig;
  /** Key of the configuration → values, in the order of the file. */
  readonly axes: readonly Axis[];
  readonly objectives: readonly Objective[];
  readonly search: {
    readonly method: 'grid' | 'random' | 'halving';
    readonly samples: number;
    readonly generation: number;
    readonly eta: number;
    readonly seed: number;
  };
  readonly data?: { readonly inputs: string; readonly expect: string };
}

export interface Axis {
  readonly key: string;
  readonly values: readonly unknown[];
}

const DEFAULT_OBJECTIVES: readonly Objective[] = ['lut', 'ii'];
const DEFAULT_SEARCH = { method: 'grid', samples: 64, generation: 18, eta: 3, seed: 1 } as const;

/** Checks what a file says; throws one diagnostic for what the schema says, or for an axis that is none. */
export function checkSweep(file: string, data: unknown): Sweep {
  const problems = fileProblems(sweepSchema, data);
  if (problems.length > 0) fail(badSweep(file, problems.join('; '), Object.keys(sweepSchema.properties)));
  const { model, config = {}, axes, objectives = DEFAULT_OBJECTIVES, search: asked, data: samples } = data as SweepFile;
  for (const [key, values] of Object.entries(axes)) {
    for (const value of values) {
      const wrong = schemaProblems(configSchema, value === null ? {} : { [key]: value });
      if (wrong.length > 0) fail(badAxis(file, key, JSON.stringify(value), Object.keys(configSchema.properties)));
    }
  }
  const float = QUANTISING.find((key) => key in config || key in axes);
  if (!samples && float !== undefined) fail(needsData(file, `${float}, which quantises a float model,`));
  const wanting = objectives.filter((o) => ON_DATA.includes(o));
  if (!samples && wanting.length > 0) fail(needsData(file, `the objective ${wanting[0]}`));
  if (!samples && asked?.method === 'halving') fail(needsData(file, 'the search by halving'));
  return {
    model,
    config,
    axes: Object.entries(axes).map(([key, values]) => ({ key, values })),
    objectives,
    search: { ...DEFAULT_SEARCH, ...asked },
    ...(samples ? { data: samples } : {}),
  };
}
