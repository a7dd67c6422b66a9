import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** An argument of a call: plain data, or the value with this number. */
export type ProgramArg = number | boolean | string | null | readonly ProgramArg[] | { readonly ref: number };

/** A call of a function of tfjs-core. */
export interface ProgramStep {
  readonly fn: string;
  readonly args: readonly ProgramArg[];
  /** Which of several results: a place in a list, or a name. */
  readonly pick?: number | string;
}

/** A tensor that a program reads. */
export interface ProgramInput {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: readonly number[];
}

/** A program of tfjs as data. Values are numbered: the inputs first, then one for each step. */
export interface Program {
  readonly inputs: readonly ProgramInput[];
  readonly steps: readonly ProgramStep[];
  /** Values that are its results. */
  readonly outputs: readonly number[];
}

/** Runs a program on tensors in place of its inputs. */
export function runProgram({ steps, outputs }: Program, inputs: readonly Tensor[]): Tensor[] {
  const values = [...inputs];
  for (const step of steps) values.push(runStep(step, values));
  return outputs.map((output) => values[output]);
}

/** Runs one call. */
export function runStep({ fn, args, pick }: ProgramStep, values: readonly Tensor[]): Tensor {
  const call = (tf as unknown as Record<string, (...given: unknown[]) => unknown>)[fn];
  const result = call(...args.map((arg) => resolved(arg, values)));
  return (pick === undefined ? result : (result as Record<number | string, unknown>)[pick]) as Tensor;
}

function resolved(arg: ProgramArg, values: readonly Tensor[]): unknown {
  if (Array.isArray(arg)) return (arg as readonly ProgramArg[]).map((item) => resolved(item, values));
  return isRef(arg) ? values[arg.ref] : arg;
}

function isRef(arg: ProgramArg): arg is { readonly ref: number } {
  return typeof arg === 'object' && arg !== null && 'ref' in arg;
}

/** Numbers of the values that a step reads. */
export function refsOf(args: readonly ProgramArg[]): number[] {
  return args.flatMap((arg) => (isRef(arg) ? [arg.ref] : Array.isArray(arg) ? refsOf(arg as ProgramArg[]) : []));
}

/** Numbers the values anew. */
export function withRefs(args: readonly ProgramArg[], renumber: (ref: number) => number): ProgramArg[] {
  return args.map((arg) => {
    if (isRef(arg)) return { ref: renumber(arg.ref) };
    return Array.isArray(arg) ? withRefs(arg as ProgramArg[], renumber) : arg;
  });
}

/** A program as TypeScript, to paste and run. */
export function programSource({ inputs, steps, outputs }: Program): string {
  const name = (value: number): string => (value < inputs.length ? `x${value}` : `v${value}`);
  const show = (arg: ProgramArg): string => {
    if (isRef(arg)) return name(arg.ref);
    return Array.isArray(arg) ? `[${(arg as ProgramArg[]).map(show).join(', ')}]` : JSON.stringify(arg);
  };
  return [
    ...inputs.map(({ shape, dtype, data }, i) => `const x${i} = tf.tensor(${JSON.stringify(data)}, ${JSON.stringify(shape)}, '${dtype}');`), // prettier-ignore
    ...steps.map(({ fn, args, pick }, i) => {
      const call = `tf.${fn}(${args.map(show).join(', ')})`;
      return `const ${name(inputs.length + i)} = ${call}${pick === undefined ? '' : typeof pick === 'number' ? `[${pick}]` : `.${pick}`};`;
    }),
    `return [${outputs.map(name).join(', ')}];`,
  ].join('\n');
}

/** Without the steps and inputs that no result needs. */
export function withoutDead({ inputs, steps, outputs }: Program): Program {
  const needed = new Set(outputs);
  for (let i = steps.length - 1; i >= 0; i--) {
    if (needed.has(inputs.length + i)) for (const ref of refsOf(steps[i].args)) needed.add(ref);
  }
  const kept = [...needed].sort((a, b) => a - b);
  const place = new Map(kept.map((value, i) => [value, i]));
  const renumber = (ref: number): number => place.get(ref)!;
  return {
    inputs: inputs.filter((_, i) => needed.has(i)),
    steps: steps
      .filter((_, i) => needed.has(inputs.length + i))
      .map((step) => ({ ...step, args: withRefs(step.args, renumber) })),
    outputs: outputs.map(renumber),
  };
}
