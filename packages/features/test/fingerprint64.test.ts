import { describe, expect, test } from 'vitest';
import { fingerprint64, fingerprintCat64 } from '../src/fingerprint64';
import { Word64 } from '../src/word64';
import golden from './golden/fingerprint64.json';

describe('fingerprint64', () => {
  test('equals FarmHash for every length class', () => {
    for (const { text, hex } of golden) expect([text, fingerprint64(text).toHex()]).toEqual([text, hex]);
  });

  test('unsigned remainder and low bits agree with BigInt', () => {
    for (const { text, hex } of golden) {
      const word = fingerprint64(text);
      const exact = BigInt(`0x${hex}`);
      for (const divisor of [1, 2, 3, 1000, 100_003, 2 ** 31 - 1, 2 ** 36]) {
        expect(word.modulo(divisor)).toBe(Number(exact % BigInt(divisor)));
      }
      expect(word.low53Bits()).toBe(Number(BigInt.asUintN(53, exact)));
    }
  });
});

test('fingerprintCat64 follows its definition, computed with BigInt', () => {
  const mask = (value: bigint): bigint => BigInt.asUintN(64, value);
  const multiplier = 0xc6a4a7935bd1e995n;
  const shiftMix = (value: bigint): bigint => value ^ (value >> 47n);
  const cat = (first: bigint, second: bigint): bigint => {
    let result = first ^ multiplier;
    result ^= mask(shiftMix(mask(second * multiplier)) * multiplier);
    result = mask(result * multiplier);
    return shiftMix(mask(shiftMix(result) * multiplier));
  };
  for (let i = 1; i < golden.length; i++) {
    const [first, second] = [golden[i - 1].hex, golden[i].hex];
    const word = new Word64().set(fingerprint64(golden[i - 1].text));
    expect(fingerprintCat64(word, fingerprint64(golden[i].text)).toHex()).toBe(
      cat(BigInt(`0x${first}`), BigInt(`0x${second}`))
        .toString(16)
        .padStart(16, '0'),
    );
  }
});

// Frozen values of tensorflow/core/platform/fingerprint_test.cc.
test('fingerprintCat64 and Fingerprint64 give the values that TensorFlow has frozen', () => {
  const word = (text: string): Word64 => new Word64().set(fingerprint64(text));
  const unsigned = (value: Word64): bigint => BigInt(`0x${value.toHex()}`);
  expect(unsigned(word('Hello'))).toBe(15404698994557526151n);
  expect(unsigned(word('World'))).toBe(18308117990299812472n);
  expect(unsigned(fingerprintCat64(word('Hello'), word('World')))).toBe(16877292868973613377n);
  expect(unsigned(fingerprintCat64(word('World'), word('Hello')))).toBe(7158413233176775252n);
});
