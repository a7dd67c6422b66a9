import type { EncodedColumns, FieldSpec } from '@ctrflow/features';
import { logitsOf, randomizeWeights } from '@ctrflow/model-contract';
import { fittedSchema } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { createModel } from '../src/index';

const sessions = { times: 'when', maxSessions: 3, maxSessionLength: 2 };
const fields: readonly FieldSpec[] = [
  { name: 'item', kind: 'categorical' },
  { name: 'items', kind: 'sequence', shareTable: 'item', history: 'clicks', sessions },
  { name: 'behaviours', kind: 'sequence', history: 'clicks' },
];

/** One row whose history has these events; 0 is a place without one. */
function history(...ids: readonly number[]): EncodedColumns {
  const list = () => ({ offsets: Int32Array.of(0, ids.length), ids: Int32Array.from(ids), weights: Float32Array.from(ids, (id) => Math.sign(id)) }); // prettier-ignore
  return { numRows: 1, ids: { item: Int32Array.of(3) }, values: {}, lists: { items: list(), behaviours: list() } };
}

// A session that is not full has empty places between events. Planted bug that this fails for: BST's distances by place (it was one).
test.each([
  ['dnn', {}],
  ['din', {}],
  ['dien', {}],
  ['rnn', {}],
  ['bst', { pooling: 'mean' }],
  ['bst', { pooling: 'target' }],
  ['bst', { pooling: 'concat' }],
])('%s %o reads a history with empty places between its events as one without', (name, options) => {
  const model = createModel(name, fittedSchema({ fields }), { embeddingDim: 2, hiddenUnits: [4], ...options });
  randomizeWeights(model);
  const [logit] = logitsOf(model, history(2, 4, 3));
  expect(logitsOf(model, history(2, 0, 4, 3))[0]).toBeCloseTo(logit, 5);
  expect(logitsOf(model, history(4, 2, 3))[0] === logit).toBe(name === 'dnn' || name === 'din'); // order counts for the others
  model.dispose();
});
