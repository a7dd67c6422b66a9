import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { Draws } from './draws';
import { operations } from './operations';
import type { Known } from './operations';
import { refsOf, runStep } from './program';
import type { Program, ProgramInput, ProgramStep } from './program';

/** What {@link randomProgram} may be told. */
export interface RandomProgramOptions {
  /** Number of calls. Default 12. */
  readonly numSteps?: number;
  /** Functions to choose from. Default all of `operations`. */
  readonly only?: readonly string[];
}

/** Results that are larger, or not finite, are not kept: what overflows in one engine only says nothing. */
const LARGEST = 1e4;

/** Functions that move elements or compare them: exact results of exact operands. */
const exactFunctions = new Set([
  ...[
    'neg',
    'abs',
    'relu',
    'maximum',
    'minimum',
    'max',
    'min',
    'floor',
    'ceil',
    'round',
    'sign',
    'step',
    'clipByValue',
  ],
  ...['reshape', 'expandDims', 'squeeze', 'transpose', 'tile', 'broadcastTo', 'slice', 'reverse', 'pad', 'mirrorPad'],
  ...['concat', 'stack', 'unstack', 'split', 'gather', 'where', 'cast', 'oneHot', 'ones', 'zeros', 'fill', 'relu6'],
  ...['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual', 'logicalAnd', 'logicalOr', 'logicalNot'],
  ...['all', 'any', 'argMax'],
]);

/** A program that runs, on the backend that is set, with results of everyday size; a function of the seed. Every value that no step uses is a result. */
export function randomProgram(seed: number | string, { numSteps = 12, only }: RandomProgramOptions = {}): Program {
  const draws = new Draws(seed);
  const inputs = randomInputs(draws);
  const chosen = Object.entries(operations).filter(([name]) => only?.includes(name) ?? true);
  const steps: ProgramStep[] = [];
  tidy(() => {
    const tensors = inputs.map(({ data, shape, dtype }) => tensor([...data], [...shape], dtype));
    const known = tensors.map((value, i) => describe(value, i, true));
    for (let tries = 0; steps.length < numSteps && tries < numSteps * 10; tries++) {
      const step = draws.one(chosen)[1](draws, known);
      const made = step && attempt(step, tensors);
      if (step === undefined || made === undefined) continue;
      const exact = exactFunctions.has(step.fn) && refsOf(step.args).every((ref) => known[ref].exact);
      const value = describe(made, known.length, exact);
      if (!(value.smallest >= -LARGEST && value.largest <= LARGEST)) continue;
      steps.push(step);
      tensors.push(made);
      known.push(value);
    }
  });
  const used = new Set(steps.flatMap(({ args }) => refsOf(args)));
  const outputs = steps.map((_, i) => inputs.length + i).filter((value) => !used.has(value));
  return { inputs, steps, outputs };
}

function attempt(step: ProgramStep, tensors: readonly Tensor[]): Tensor | undefined {
  try {
    const made = runStep(step, tensors);
    return made.size > 0 && made.size <= 4096 && made.rank <= 4 ? made : undefined;
  } catch {
    return undefined; // arguments that the function refuses
  }
}

function describe(value: Tensor, ref: number, exact: boolean): Known {
  const data = value.dataSync();
  let [smallest, largest] = [Infinity, -Infinity];
  for (const x of data) {
    if (Number.isNaN(x))
      return { ref, shape: value.shape, dtype: value.dtype, exact, smallest: NaN, largest: NaN, distinct: false };
    smallest = Math.min(smallest, x);
    largest = Math.max(largest, x);
  }
  const ordered = Float64Array.from(data).sort();
  const distinct = ordered.every((x, i) => i === 0 || x - ordered[i - 1] > 1e-4 * Math.max(1, Math.abs(x)));
  return { ref, shape: value.shape, dtype: value.dtype, exact, smallest, largest, distinct };
}

/** Matrices and vectors that fit together, a batch, a scalar, and indices; sometimes as many rows as batches have. */
function randomInputs(draws: Draws): ProgramInput[] {
  const rows = draws.one([1, 2, 4, 5, 70]);
  const [k, n] = [1 + draws.integer(4), 1 + draws.integer(4)];
  const shapes = draws.shuffled([[rows, k], [k, n], [n], [rows, n], [2, rows, k], [], [rows, 1]]).slice(0, 3 + draws.integer(3)); // prettier-ignore
  const float = (shape: readonly number[]): ProgramInput => {
    const positive = draws.chance(0.3);
    const element = (): number => Math.fround(positive ? 0.1 + 2 * draws.uniform() : 4 * draws.uniform() - 2);
    const whole = draws.chance(0.2);
    const size = shape.reduce((product, dim) => product * dim, 1);
    const data = Array.from({ length: size }, () => (whole ? Math.round(element()) + (positive ? 1 : 0) : element()));
    return { shape, dtype: 'float32', data: data.map((x) => x + 0) };
  };
  const ids: ProgramInput = { shape: [rows], dtype: 'int32', data: Array.from({ length: rows }, () => draws.integer(Math.max(1, k))) }; // prettier-ignore
  return [...shapes.map(float), ...(draws.chance(0.4) ? [ids] : [])];
}
