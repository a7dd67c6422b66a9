import '@tensorflow/tfjs-backend-cpu';
import { createFitter } from '@ctrflow/features';
import type { FieldSpec, SchemaSpec } from '@ctrflow/features';
import { lr } from '@ctrflow/lr';
import { modelWeights, setModelWeights } from '@ctrflow/model-kit';
import { textColumn } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { exportOnnxBytes } from '../src/index';
import { runOnnx } from './run-onnx';

/** Logits of an LR on one field, whose weight is 1 (or the row number of the table), from the raw file. */
async function logitsOf(
  field: FieldSpec,
  seen: readonly (string | null)[],
  given: readonly (string | number)[],
  rest: Partial<SchemaSpec> = {},
): Promise<number[]> {
  const fitter = createFitter({ fields: [field], ...rest });
  fitter.add({ numRows: seen.length, columns: { x: textColumn(seen) } });
  const model = lr(fitter.finish());
  const weights = Object.entries(modelWeights(model)).map(([path, { shape, data }]) => {
    const counted = path === 'linear/x' ? Float32Array.from(data, (_, row) => row) : Float32Array.from(data, () => (path === 'linear/numeric' ? 1 : 0)); // prettier-ignore
    return [path, { shape, data: counted }] as const;
  });
  setModelWeights(model, Object.fromEntries(weights));
  const type = field.kind === 'numeric' ? 'float64' : 'string';
  const { logit } = await runOnnx(exportOnnxBytes(model, { inputs: 'raw' }), { x: { type, dims: [given.length, 1], data: given } }); // prettier-ignore
  model.dispose();
  return Array.from(logit);
}

const log = (x: number): number => Math.sign(x) * Math.log(1 + Math.abs(x));
const seen = [-8, -1, 0, 2, 5];
const logs = seen.map(log);
const mean = logs.reduce((sum, x) => sum + x, 0) / seen.length;
const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / seen.length);

// Fails for: the logarithm of the size alone, for numbers or for what stands for a missing one.
test.each([-4, 0, 3])('the logarithm has the sign of its number, a missing one stands for %d', async (missing) => {
  const field: FieldSpec = { name: 'x', kind: 'numeric', transform: 'log', missing, missingIndicator: false };
  const given = [-8, -0.5, 0, 5, NaN];
  const logits = await logitsOf(field, seen.map(String), given);
  logits.forEach((logit, i) => {
    const x = Number.isNaN(given[i]) ? missing : given[i];
    expect(Math.abs(logit - (log(x) - mean) / deviation)).toBeLessThan(2 ** -21);
  });
});

// Fails for: a text that means missing taken for an unknown one.
test('texts that mean missing are row 0, unknown ones row 1', async () => {
  const spec = { nullValues: ['?', 'NA'] };
  const logits = await logitsOf({ name: 'x', kind: 'categorical' }, ['a', 'a', 'b'], ['', '?', 'NA', 'z', 'a', 'b'], spec); // prettier-ignore
  expect(logits).toEqual([0, 0, 0, 1, 2, 3]);
});

// ONNX Runtime for Node.js takes "a\0b" for "a": the fuzzer has seen the scores of other values. Fails for: a vocabulary that is not looked at.
test.each<FieldSpec>([
  { name: 'x', kind: 'categorical' },
  { name: 'x', kind: 'sequence' },
  { name: 'x', kind: 'multi-hot' },
])('values that a runtime would cut off at a NUL are refused ($kind)', async (field) => {
  const message = `got "x" (${field.kind}: it has a value with the character NUL, at which runtimes cut texts off); export with inputs "ids"`;
  await expect(logitsOf(field, ['a', 'a\0b'], ['a'])).rejects.toThrow(message);
});
