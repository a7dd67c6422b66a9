import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, expected } from '@ctrflow/core';
import { afterAll, expect, test } from 'vitest';
import { damageFile } from '../src/files/damage';
import type { Damage } from '../src/files/damage';
import { refusalOf } from '../src/outcome';
import { fuzzUser } from '../src/supervise';

const folder = await mkdtemp(join(tmpdir(), 'ctrflow-fuzz-test-'));
afterAll(() => rm(folder, { recursive: true }));

test('a crash, a hang and a finding are counted each, by a worker that is renewed', async () => {
  const { counts, findings } = await fuzzUser({
    runners: ['tables'],
    seed: 0, // case i has seed i
    goesOn: (numCases) => numCases < 6,
    secondsPerCase: 4,
    worker: join(import.meta.dirname, 'misbehaving-worker.ts'),
  });
  expect(counts).toEqual({ finished: 2, refused: 0, finding: 2, crash: 1, hang: 1 });
  expect(findings.map(({ seed, what }) => `${seed}: ${what}`)).toEqual([
    '1: two and two are five',
    '2: the process ended with SIGSEGV',
    '3: no end within 4 s',
    '5: two and two are five',
  ]);
});

test('only errors of ctrflow in their form are a refusal', () => {
  const ours = new ConfigError(expected('fit', 'a number', 'x'));
  expect(refusalOf(ours)).toEqual({ kind: 'refused', why: 'ConfigError: fit: expected a number, got "x"' });
  expect(() => refusalOf(new ConfigError('something is wrong'))).toThrow('a message without its form');
  expect(() => refusalOf(new TypeError('x is undefined'))).toThrow("none of ctrflow's: TypeError: x is undefined");
});

test.each<[string, Damage, string, string]>([
  ['flipped bits', { kind: 'flip', at: [0, 0.5], bit: 0 }, 'abcd', '`bbd'],
  ['a cut', { kind: 'truncate', from: 0.5, to: 0 }, 'abcd', 'ab'],
  ['a stretch twice', { kind: 'duplicate', from: 0.75, to: 0.25 }, 'abcd', 'abcbcd'],
  ['bytes put in', { kind: 'insert', at: 0.5, bytes: [120, 121] }, 'abcd', 'abxycd'],
  ['bytes written over', { kind: 'overwrite', at: 0.75, bytes: [120, 121] }, 'abcd', 'abcx'],
  ['a value of its JSON', { kind: 'json', place: 0.5, value: null }, '{"a":1,"b":2}', '{"a":1,"b":null}'],
  ['nothing left', { kind: 'empty' }, 'abcd', ''],
])('damage: %s', async (_, damage, before, after) => {
  const path = join(folder, 'file');
  await writeFile(path, before);
  await damageFile(path, damage);
  expect(await readFile(path, 'utf8')).toBe(after);
});
