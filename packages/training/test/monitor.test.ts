import '@tensorflow/tfjs-backend-cpu';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import type { SchemaSpec } from '@ctrflow/features';
import { lr } from '@ctrflow/lr';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { adam, evaluate, fit, metricsOf } from '../src/index';
import { metricNames } from '../src/evaluate';
import { checkMonitor, isBetter, monitored } from '../src/monitor';

const spec: SchemaSpec = {
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
  ],
  label: { column: 'click' },
};
const schema = fittedSchema(spec);
const withGroup = { ...schema, targets: schema.targets, spec: { ...spec, group: 'user' } } as typeof schema;

function dataset(): Dataset {
  const [train, valid] = [1, 2].map((seed) => rowsInMemory(schema.encode(randomColumns(spec, 300, seed))));
  const numRows = { read: 600, train: 300, valid: 300, test: 0 };
  return { schema, train, valid, summary: { sources: [], numRows, positiveRate: { train: 0.5 }, dropped: {}, seconds: 0, reused: false } }; // prettier-ignore
}

test.each<[unknown, string]>([
  [5, 'fit: expected the name of a metric for monitor, got 5'],
  ['accuracy', 'for monitor, got "accuracy"'],
  ['logloss', 'did you mean "logLoss"?'],
  [
    'gauc',
    'fit: expected a schema with a group for monitor gauc, got "one without"; declare the column of the groups in the schema (group), or watch auc',
  ],
  ['auc+gauc', 'expected a schema with a group'],
  [
    'auc+logLoss',
    'fit: expected metrics of one direction for monitor, got "auc+logLoss"; add metrics up that are all maximized, or all minimized',
  ],
  ['calibration+calibration', 'expected metrics of one direction'],
])('monitor %j is refused before anything is trained', async (monitor, message) => {
  let batches = 0;
  const data = dataset();
  const train = { ...data.train, batches: (options: never) => { batches++; return data.train.batches(options); } }; // prettier-ignore
  await expect(fit(lr(schema), { ...data, train }, { monitor: monitor as never })).rejects.toThrow(message);
  expect(batches).toBe(0);
});

test('metrics and sums of one direction can be watched, each in its direction', () => {
  for (const name of metricNames) expect(checkMonitor(name, withGroup)).toBe(name);
  expect(checkMonitor('auc+gauc', withGroup)).toBe('auc+gauc');
  expect(checkMonitor('brier+ece', schema)).toBe('brier+ece');
  expect(isBetter('auc+gauc', 1.5, 1.4)).toBe(true);
  expect(isBetter('brier+ece', 1.5, 1.4)).toBe(false);
  expect(isBetter('calibration', 1.1, 0.5)).toBe(true);
  expect(isBetter('calibration', 3.5, 1.1)).toBe(false);
  const metrics = { auc: 0.7, logLoss: 0.5, gauc: 0.6 };
  expect(monitored(metrics, 'auc+gauc', 1)).toBeCloseTo(1.3);
  expect(() => monitored({ auc: 0.7, logLoss: 0.5, gauc: NaN }, 'gauc', 2)).toThrow(
    'fit: expected a number for monitor gauc after epoch 2, got NaN; gauc needs a group of the validation rows that has both labels',
  );
});

test('the names that can be watched are those of an evaluation', async () => {
  const [labels, probabilities] = [[0, 1, 1], [0.2, 0.4, 0.7]].map((values) => Float32Array.from(values)); // prettier-ignore
  const logits = probabilities.map((p) => Math.log(p / (1 - p)));
  const metrics = metricsOf({ labels, logits, probabilities: Float64Array.from(probabilities), groups: Float64Array.of(1, 1, 1) }); // prettier-ignore
  expect(Object.keys(metrics).sort()).toEqual([...metricNames].sort());
  expect(Object.keys(await evaluate(lr(schema), dataset().train))).not.toContain('gauc');
});

// Planted bugs: calibration maximized, brier maximized.
test.each(['calibration', 'brier', 'auc'] as const)('the epoch that is kept has the best %s', async (monitor) => {
  const { history, bestEpoch } = await fit(lr(schema), dataset(), { epochs: 8, patience: 8, batchSize: 32, optimizer: adam(0.05), monitor }); // prettier-ignore
  const badness = history.map(({ valid }) => {
    const value = valid![monitor];
    return monitor === 'auc' ? -value : monitor === 'brier' ? value : Math.abs(Math.log(value));
  });
  expect(bestEpoch).toBe(1 + badness.indexOf(Math.min(...badness)));
});
