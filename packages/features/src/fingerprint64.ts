import { ConfigError, expected } from '@ctrflow/core';
import { Word64 } from './word64';

const K0 = new Word64(0xc3a5c85c | 0, 0x97cb3127 | 0);
const K1 = new Word64(0xb492b66f | 0, 0xbe98f273 | 0);
const K2 = new Word64(0x9ae16a3b | 0, 0x2f90404f | 0);

const encoder = new TextEncoder();
let bytes = new Uint8Array(1024);

/** Scratch words: one hash is computed at a time, so nothing is allocated per call. */
const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, () => new Word64()) as Octet;
const [x, y, z, v1, v2, w1, w2, t] = Array.from({ length: 8 }, () => new Word64()) as Octet;
const [multiplier, weakSum, lengthWord, fetched] = Array.from({ length: 8 }, () => new Word64()) as Octet;
type Octet = [Word64, Word64, Word64, Word64, Word64, Word64, Word64, Word64];

/**
 * FarmHash Fingerprint64 of a text's UTF-8 bytes, into `out`: stable for ever and on every platform, the hash of
 * TensorFlow's `categorical_column_with_hash_bucket`.
 *
 * @see Pike, Alakuijala: FarmHash, farmhashna::Hash64. 2014.
 */
export function fingerprint64(text: string, out = new Word64()): Word64 {
  if (typeof text !== 'string') throw new ConfigError(expected('fingerprint64', 'a text', text));
  if (bytes.length < text.length * 3) bytes = new Uint8Array(text.length * 6);
  return fingerprintBytes(bytes, encoder.encodeInto(text, bytes).written, out);
}

/** Fingerprint64 of the first `length` bytes of `data`. */
export function fingerprintBytes(data: Uint8Array, length: number, out: Word64): Word64 {
  if (length <= 16) return upTo16(data, length, out);
  if (length <= 32) return upTo32(data, length, out);
  if (length <= 64) return upTo64(data, length, out);
  return longer(data, length, out);
}

function fetch(data: Uint8Array, at: number, into: Word64): Word64 {
  return into.setNumber(fetch32(data, at + 4), fetch32(data, at));
}

function fetch32(data: Uint8Array, at: number): number {
  return data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24);
}

/** k2 + 2 length. */
function multiplierOf(length: number): Word64 {
  return multiplier.set(K2).add(lengthWord.setNumber(0, length * 2));
}

/** Mixes two words into `out`; overwrites `u`. */
function mix(u: Word64, v: Word64, by: Word64, out: Word64): Word64 {
  u.xor(v).multiply(by).shiftMix();
  return out.set(u.xor(v).multiply(by).shiftMix().multiply(by));
}

function upTo16(data: Uint8Array, length: number, out: Word64): Word64 {
  if (length >= 8) {
    const by = multiplierOf(length);
    fetch(data, 0, a).add(K2);
    fetch(data, length - 8, b);
    c.set(b).rotate(37).multiply(by).add(a);
    d.set(a).rotate(25).add(b).multiply(by);
    return mix(c, d, by, out);
  }
  if (length >= 4) {
    const by = multiplierOf(length);
    const first = fetch32(data, 0);
    a.setNumber(first >>> 29, first << 3).add(lengthWord.setNumber(0, length));
    b.setNumber(0, fetch32(data, length - 4));
    return mix(a, b, by, out);
  }
  if (length > 0) {
    a.setNumber(0, data[0] + (data[length >> 1] << 8)).multiply(K2);
    b.setNumber(0, length + (data[length - 1] << 2)).multiply(K0);
    return out.set(a.xor(b).shiftMix().multiply(K2));
  }
  return out.set(K2);
}

function upTo32(data: Uint8Array, length: number, out: Word64): Word64 {
  const by = multiplierOf(length);
  fetch(data, 0, a).multiply(K1);
  fetch(data, 8, b);
  fetch(data, length - 8, c).multiply(by);
  fetch(data, length - 16, d).multiply(K2);
  e.set(a).add(b).rotate(43).add(d);
  e.add(d.set(c).rotate(30));
  a.add(b.add(K2).rotate(18)).add(c);
  return mix(e, a, by, out);
}

function upTo64(data: Uint8Array, length: number, out: Word64): Word64 {
  const by = multiplierOf(length);
  fetch(data, 0, a).multiply(K2);
  fetch(data, 8, b);
  fetch(data, length - 8, c).multiply(by);
  fetch(data, length - 16, d).multiply(K2);
  y.set(a).add(b).rotate(43).add(d);
  y.add(d.set(c).rotate(30));
  t.set(b).add(K2).rotate(18).add(a).add(c);
  mix(d.set(y), t, by, z);
  fetch(data, 16, e).multiply(by);
  fetch(data, 24, f);
  g.set(y)
    .add(fetch(data, length - 32, fetched))
    .multiply(by);
  h.set(z)
    .add(fetch(data, length - 24, fetched))
    .multiply(by);
  t.set(e).add(f).rotate(43).add(h);
  t.add(h.set(g).rotate(30));
  e.add(f.add(a).rotate(18)).add(g);
  return mix(t, e, by, out);
}

/** Folds 32 bytes at `at` into the seeds (first, second). */
function weakHash(data: Uint8Array, at: number, first: Word64, second: Word64): void {
  first.add(fetch(data, at, fetched));
  second
    .add(first)
    .add(fetch(data, at + 24, fetched))
    .rotate(21);
  weakSum.set(first);
  first.add(fetch(data, at + 8, fetched)).add(fetch(data, at + 16, fetched));
  second.add(t.set(first).rotate(44));
  first.add(fetch(data, at + 24, fetched));
  second.add(weakSum);
}

/** One round over 64 bytes at `at`; `x` and `z` come out exchanged. */
function round(data: Uint8Array, at: number, by: Word64, last: boolean): void {
  x.add(y)
    .add(v1)
    .add(fetch(data, at + 8, fetched))
    .rotate(37)
    .multiply(by);
  y.add(v2)
    .add(fetch(data, at + 48, fetched))
    .rotate(42)
    .multiply(by);
  if (last) {
    const nine = lengthWord.setNumber(0, 9);
    x.xor(t.set(w2).multiply(nine));
    y.add(t.set(v1).multiply(nine)).add(fetch(data, at + 40, fetched));
  } else {
    x.xor(w2);
    y.add(v1).add(fetch(data, at + 40, fetched));
  }
  z.add(w1).rotate(33).multiply(by);
  v1.set(v2).multiply(by);
  v2.set(x).add(w1);
  weakHash(data, at, v1, v2);
  w1.set(z).add(w2);
  w2.set(y).add(fetch(data, at + 16, fetched));
  weakHash(data, at + 32, w1, w2);
  t.set(z);
  z.set(x);
  x.set(t);
}

function longer(data: Uint8Array, length: number, out: Word64): Word64 {
  x.setNumber(0, 81)
    .multiply(K2)
    .add(fetch(data, 0, fetched));
  y.setNumber(0, 81).multiply(K1).add(lengthWord.setNumber(0, 113));
  z.set(y).multiply(K2).add(lengthWord).shiftMix().multiply(K2);
  for (const word of [v1, v2, w1, w2]) word.setNumber(0, 0);
  const end = (length - 1) & ~63;
  for (let at = 0; at < end; at += 64) round(data, at, K1, false);

  const by = multiplier.set(K1).add(lengthWord.setNumber(0, (z.low & 255) << 1));
  w1.add(lengthWord.setNumber(0, (length - 1) & 63));
  v1.add(w1);
  w1.add(v1);
  round(data, length - 64, by, true);
  mix(a.set(v1), w1, by, b).add(y.shiftMix().multiply(K0)).add(z);
  mix(c.set(v2), w2, by, d).add(x);
  return mix(b, d, by, out);
}

const CAT_MULTIPLIER = new Word64(0xc6a4a793 | 0, 0x5bd1e995 | 0);

/**
 * TensorFlow's FingerprintCat64: the fingerprint of two fingerprints in order, into `first`.
 *
 * @see tensorflow/core/platform/fingerprint.h
 */
export function fingerprintCat64(first: Word64, second: Word64): Word64 {
  t.set(second).multiply(CAT_MULTIPLIER).shiftMix().multiply(CAT_MULTIPLIER);
  first.xor(CAT_MULTIPLIER).xor(t).multiply(CAT_MULTIPLIER);
  return first.shiftMix().multiply(CAT_MULTIPLIER).shiftMix();
}
