import { readFile } from 'node:fs/promises';
import { kernelStatuses } from '@ctrflow/compiler';
import { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { measureAll, opCalls } from '../src/all';
import type { Coverage } from '../src/all';
import { gradientless } from '../src/gradientless';
import { layerCalls, notLayers, otherNames } from '../src/layers';
import type { Measured } from '../src/measure';
import { kernelNames, layerNames, opNames } from '../src/names';
import { coveragePage, pageUrl } from '../src/page';

let coverage: Coverage;
beforeAll(async () => {
  coverage = await measureAll();
});

// Planted bugs: a kernel of a newer tfjs that nobody looked at, a name in a list that tfjs does not know, a kernel that is recorded and cannot be lowered.
test('every kernel of tfjs is lowered, or refused with a reason', () => {
  const statuses = kernelStatuses();
  expect(Object.keys(statuses).sort()).toEqual(kernelNames());
  const refused = Object.values(statuses).flatMap((status) => (status.kind === 'refused' ? [status.reason] : []));
  for (const reason of refused) expect(reason.length).toBeGreaterThan(10);
  expect(refused).not.toContain('it has no lowering');
});

test('every operation and every layer of tfjs is measured', () => {
  expect(Object.keys(opCalls).sort()).toEqual(opNames());
  expect([...Object.keys(layerCalls), ...Object.keys(otherNames), ...notLayers].sort()).toEqual(layerNames());
});

test('other names of a layer make the same layer', () => {
  const made = layers as unknown as Record<string, (args: object) => { getClassName(): string }>;
  for (const [other, name] of Object.entries(otherNames)) {
    expect(made[other]({ poolSize: 2 }).getClassName()).toBe(made[name]({ poolSize: 2 }).getClassName());
  }
});

const failures = (measured: readonly Measured[]): string[] =>
  measured.flatMap(({ name, forward, open, gradient }) =>
    [forward, open ?? forward, gradient].flatMap(({ kind, reason }) =>
      kind === 'wrong' ? [`${name}: ${reason}`] : [],
    ),
  );

// Planted bugs: a lowering that ONNX Runtime refuses (a type without an implementation), one that computes something else, an error that is no refusal.
test('what is recorded runs in ONNX Runtime and agrees with eager tfjs', () => {
  expect(failures(coverage.ops)).toEqual([]);
  expect(failures(coverage.layers)).toEqual([]);
});

// Planted bug: a gradient that tfjs lacks and nobody noticed.
test('what is compiled can be differentiated, but for what is listed', () => {
  const without = [...coverage.ops, ...coverage.layers].filter(
    ({ forward, gradient }) => forward.kind === 'compiled' && gradient.kind === 'none' && !/not real numbers|inputs are ids/.test(gradient.reason ?? ''), // prettier-ignore
  );
  expect(without.map(({ name }) => name).sort()).toEqual(Object.keys(gradientless).sort());
});

// What models of the field are made of may not fall back to eager.
test.each([
  ...[
    'dense',
    'embedding',
    'batchNormalization',
    'layerNormalization',
    'prelu',
    'softmax',
    'conv1d',
    'conv2d',
    'depthwiseConv2d',
  ],
  ...['maxPooling1d', 'maxPooling2d', 'averagePooling1d', 'globalMaxPooling1d', 'globalAveragePooling1d'],
  ...['simpleRNN', 'gru', 'lstm', 'bidirectional', 'rnn', 'concatenate', 'dot', 'masking'],
])('the layer %s is compiled, for any batch size, with its gradient', (name) => {
  const { forward, open, gradient } = coverage.layers.find((measured) => measured.name === name)!;
  expect([forward.kind, open?.kind, gradient.kind]).toEqual(['compiled', 'compiled', 'compiled']);
});

test('the page in the documentation is up to date', async () => {
  const written = await readFile(pageUrl, 'utf8').catch(() => '');
  expect(written, 'npm run coverage').toBe(coveragePage(coverage));
});
