import { signed, unsigned } from './assembler';
import type { Code } from './assembler';

// The instructions that the kernels use, as functions from operands to code (a stack machine: operands first).

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];
export const tee = (local: number, value: Code): Code => [value, 0x22, unsigned(local)];

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  load: (address: Code, offset = 0): Code => [address, 0x28, 2, unsigned(offset)],
  eq: (a: Code, b: Code): Code => [a, b, 0x46],
  ge_u: (a: Code, b: Code): Code => [a, b, 0x4f],
  add: (a: Code, b: Code): Code => [a, b, 0x6a],
  mul: (a: Code, b: Code): Code => [a, b, 0x6c],
  and: (a: Code, b: Code): Code => [a, b, 0x71],
  shl: (a: Code, bits: number): Code => [a, i32.const(bits), 0x74],
  shr_u: (a: Code, bits: number): Code => [a, i32.const(bits), 0x76],
} as const;

export const f64 = {
  zero: [0x44, 0, 0, 0, 0, 0, 0, 0, 0] as Code,
  store: (address: Code, value: Code): Code => [address, value, 0x39, 3, 0],
  add: (a: Code, b: Code): Code => [a, b, 0xa0],
  mul: (a: Code, b: Code): Code => [a, b, 0xa2],
  promote: (a: Code): Code => [a, 0xbb],
} as const;

export const f64x2 = {
  add: (a: Code, b: Code): Code => simd(0xf0, a, b),
  mul: (a: Code, b: Code): Code => simd(0xf2, a, b),
  promoteLow: (a: Code): Code => simd(0x5f, a),
  lane: (a: Code, lane: number): Code => [simd(0x21, a), lane],
} as const;

/** The upper two 32-bit lanes of a vector in the place of the lower two. */
export const upperHalf = (local: number): Code => [
  simd(0x0d, get(local), get(local)),
  [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15],
];

/** `if (condition) body`. */
export const when = (condition: Code, body: Code): Code => [condition, 0x04, 0x40, body, 0x0b];

export const drop = (value: Code): Code => [value, 0x1a];

/** `do ... while (!condition)`: what lies between the two. */
export const startLoop: Code = [0x03, 0x40];
export const endLoopUnless = (condition: Code): Code => [condition, 0x45, 0x0d, 0, 0x0b];

/** `for (; index < end; index++) body`, both unsigned locals. */
export function loop(index: number, end: number, body: Code): Code {
  const done: Code = [i32.ge_u(get(index), get(end)), 0x0d, 1];
  const next: Code = [set(index, i32.add(get(index), i32.const(1))), 0x0c, 0];
  return [0x02, 0x40, 0x03, 0x40, done, body, next, 0x0b, 0x0b];
}

/**
 * Float32 arithmetic on one lane or on four: the same formula makes the vector code of a row and the code of the elements that are left over.
 * Every operation rounds to nearest as `Math.fround` of the JavaScript operation does.
 */
export interface Lanes {
  /** Elements at once. */
  readonly width: 1 | 4;
  readonly type: number;
  readonly load: (address: Code, offset: number) => Code;
  readonly store: (address: Code, offset: number, value: Code) => Code;
  readonly add: (a: Code, b: Code) => Code;
  readonly sub: (a: Code, b: Code) => Code;
  readonly mul: (a: Code, b: Code) => Code;
  readonly div: (a: Code, b: Code) => Code;
  readonly sqrt: (a: Code) => Code;
  readonly abs: (a: Code) => Code;
  /** The magnitude of `a` with the opposite of the sign of `b`. */
  readonly withSignOpposite: (a: Code, b: Code) => Code;
  /** 0 where `condition <= 0`, else `value`. */
  readonly zeroWhereNotPositive: (condition: Code, value: Code) => Code;
}

const f32Zero: Code = [0x43, 0, 0, 0, 0];

/** One float32. */
export const oneLane: Lanes = {
  width: 1,
  type: 0x7d,
  load: (address, offset) => [address, 0x2a, 2, unsigned(offset)],
  store: (address, offset, value) => [address, value, 0x38, 2, unsigned(offset)],
  add: (a, b) => [a, b, 0x92],
  sub: (a, b) => [a, b, 0x93],
  mul: (a, b) => [a, b, 0x94],
  div: (a, b) => [a, b, 0x95],
  sqrt: (a) => [a, 0x91],
  abs: (a) => [a, 0x8b],
  withSignOpposite: (a, b) => [a, b, 0x8c, 0x98],
  zeroWhereNotPositive: (condition, value) => [f32Zero, value, condition, f32Zero, 0x5f, 0x1b],
};

const zeros: Code = [simd(0x0c), new Array<number>(16).fill(0)];
const signs: Code = [simd(0x0c), [0, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0x80]];

/** Four float32. */
export const fourLanes: Lanes = {
  width: 4,
  type: 0x7b,
  load: (address, offset) => [simd(0x00, address), 2, unsigned(offset)],
  store: (address, offset, value) => [simd(0x0b, address, value), 2, unsigned(offset)],
  add: (a, b) => simd(0xe4, a, b),
  sub: (a, b) => simd(0xe5, a, b),
  mul: (a, b) => simd(0xe6, a, b),
  div: (a, b) => simd(0xe7, a, b),
  sqrt: (a) => simd(0xe3, a),
  abs: (a) => simd(0xe0, a),
  withSignOpposite: (a, b) => simd(0x52, simd(0xe1, b), a, signs), // bitselect takes the bits of the first where the mask is 1
  zeroWhereNotPositive: (condition, value) => simd(0x4f, value, simd(0x45, condition, zeros)), // value & ~(condition <= 0)
};

export const f32x4 = {
  zeros,
  splat: (a: Code): Code => simd(0x13, a),
  lane: (a: Code, lane: number): Code => [simd(0x1f, a), lane],
} as const;

function simd(opcode: number, ...operands: readonly Code[]): Code {
  return [operands, 0xfd, unsigned(opcode)];
}
