import '@tensorflow/tfjs-backend-cpu';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCtrflowError } from '@ctrflow/core';
import { inspectSource, openDataset, openEncoded, openRows, writeScores } from '@ctrflow/data/node';
import { exportOnnxBytes } from '@ctrflow/export';
import { exportOnnx } from '@ctrflow/export/node';
import * as metrics from '@ctrflow/metrics';
import { copyWeights, modelWeights } from '@ctrflow/model-kit';
import { loadModel, saveModel } from '@ctrflow/model-kit/node';
import { adam, evaluate, fit, metricsOf, permutationImportance, predict, scoreRows } from '@ctrflow/training';
import { runFolder } from '@ctrflow/training/node';
import { createModel, modelFactories, modelFactory } from '@ctrflow/zoo';
import { afterAll, describe, expect, test } from 'vitest';

/** Called with what a JavaScript program may pass by mistake; types are no help there. */
type Call = (wrong: never) => unknown;

const rows = Array.from({ length: 40 }, (_, i) => ({ y: i % 2, a: ['x', 'y', 'z'][i % 3] }));
const data = await openDataset({ rows }, { label: 'y', split: { by: 'none' } });
const model = createModel('lr', data.schema);
const folder = mkdtempSync(join(tmpdir(), 'ctrflow-wrong-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const wrongs: readonly unknown[] = [undefined, null, 5, 'x', [], {}, true, NaN, () => undefined];

/** Runs a call to its end: what it throws, or `undefined`. */
async function thrownBy(call: Call, wrong: unknown): Promise<unknown> {
  try {
    const result = call(wrong as never);
    if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result)
      for await (const part of result as AsyncIterable<unknown>) expect(part).toBeDefined();
    await result;
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Options of a function, each with the values among the wrong ones that are right for it. */
function each(
  who: string,
  options: Readonly<Record<string, readonly unknown[]>>,
  call: (name: string) => Call,
): Record<string, { call: Call; fine: readonly unknown[] }> {
  return Object.fromEntries(
    Object.entries(options).map(([name, fine]) => [
      `${who}: ${name}`,
      { call: call(name), fine: [undefined, ...fine] },
    ]),
  );
}

/** The arguments that users give, each wrong in turn; those in `fine` are right. */
const calls: Readonly<Record<string, { readonly call: Call; readonly fine?: readonly unknown[] }>> = {
  'fit: model': { call: (wrong) => fit(wrong, data) },
  'fit: data': { call: (wrong) => fit(model, wrong) },
  'fit: options': { call: (wrong) => fit(model, data, wrong), fine: [undefined, {}] },
  ...each('fit', { optimizer: [], tableOptimizer: [], engine: [], run: [], monitor: [], schedule: [], l2: [{}], classWeights: [], clipNorm: [5], batchSize: [5], epochs: [5], seed: [5], patience: [5], callbacks: [[]] }, (name) => (wrong) => fit(model, data, { epochs: 1, [name]: wrong })),
  'evaluate: model': { call: (wrong) => evaluate(wrong, data.train) },
  'evaluate: rows': { call: (wrong) => evaluate(model, wrong) },
  'evaluate: options': { call: (wrong) => evaluate(model, data.train, wrong), fine: [undefined, {}] },
  'evaluate: engine': { call: (wrong) => evaluate(model, data.train, { engine: wrong }), fine: [undefined] },
  'predict: model': { call: (wrong) => predict(wrong, data.train) },
  'predict: rows': { call: (wrong) => predict(model, wrong) },
  'predict: negativeKeepRate': { call: (wrong) => predict(model, data.train, { negativeKeepRate: wrong }), fine: [undefined] },
  'scoreRows: rows': { call: (wrong) => scoreRows(model, wrong) },
  'metricsOf: scored': { call: metricsOf },
  'permutationImportance: model': { call: (wrong) => permutationImportance(wrong, data.train) },
  'permutationImportance: rows': { call: (wrong) => permutationImportance(model, wrong) },
  'adam: learningRate': { call: adam, fine: [5] },
  'runFolder: folder': { call: (wrong) => runFolder(wrong), fine: ['x'] },
  'openDataset: source': { call: (wrong) => openDataset(wrong, { label: 'y' }) },
  'openDataset: options': { call: (wrong) => openDataset({ rows }, wrong) },
  ...each('openDataset', { threads: [5], memoryLimit: [], limit: [5], split: [], onBadRow: [], clean: [{}], schema: [], label: [], negativeKeepRate: [], nullValues: [[]], dropColumns: [[]], valid: [] }, (name) => (wrong) => openDataset({ rows }, { label: 'y', split: { by: 'none' }, [name]: wrong })),
  'openRows: source': { call: (wrong) => openRows(wrong, data.schema) },
  'openRows: schema': { call: (wrong) => openRows({ rows }, wrong) },
  'openEncoded: folder': { call: openEncoded },
  'inspectSource: source': { call: inspectSource },
  'writeScores: scores': { call: (wrong) => writeScores({ rows }, wrong, `${folder}/x/x.csv`, { spec: data.schema.spec }) },
  'writeScores: options': { call: (wrong) => writeScores({ rows }, new Float64Array(40), `${folder}/x/x.csv`, wrong) },
  'saveModel: model': { call: (wrong) => saveModel(wrong, `${folder}/x/x`) },
  'loadModel: folder': { call: (wrong) => loadModel(wrong, Object.values(modelFactories) as never) },
  'loadModel: factories': { call: (wrong) => loadModel(folder, wrong) },
  'modelWeights: model': { call: modelWeights },
  'copyWeights: models': { call: (wrong) => copyWeights(wrong, model) },
  'exportOnnx: model': { call: (wrong) => exportOnnx(wrong, `${folder}/x/x.onnx`) },
  'exportOnnx: path': { call: (wrong) => exportOnnx(model, wrong) },
  'exportOnnxBytes: options': { call: (wrong) => exportOnnxBytes(model, wrong), fine: [undefined, {}] },
  'modelFactory: name': { call: modelFactory },
  'createModel: schema': { call: (wrong) => createModel('lr', wrong) },
  'createModel: options': { call: (wrong) => createModel('lr', data.schema, wrong), fine: [undefined, {}] },
  ...Object.fromEntries(
    (['auc', 'aucInterval', 'averagePrecision', 'brierScore', 'calibrationRatio', 'expectedCalibrationError', 'groupAuc', 'logLoss', 'logLossFromLogits', 'normalizedEntropy', 'precisionRecallCurve', 'rocCurve', 'reliabilityBins'] as const).map(
      (name) => [`${name}: rows`, { call: metrics[name] }],
    ),
  ),
}; // prettier-ignore

// Fails when one of these functions reads a property of an argument before it has looked at what it was given.
describe('an argument of the wrong kind', () => {
  test.each(Object.keys(calls))('%s', async (name) => {
    const { call, fine = [] } = calls[name];
    for (const wrong of wrongs) {
      const error = await thrownBy(call, wrong);
      const shown = `${name} ${typeof wrong === 'function' ? 'a function' : JSON.stringify(wrong)}`;
      if (error !== undefined) expect(isCtrflowError(error), `${shown}: ${String((error as Error).stack)}`).toBe(true);
      else expect(fine, shown).toContainEqual(wrong);
    }
  });
});

test('nothing was written', () => {
  expect(readdirSync(folder)).toEqual([]);
});
