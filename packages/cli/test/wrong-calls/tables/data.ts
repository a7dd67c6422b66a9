import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodedToArrow, eventsByUser, pastEvents } from '@ctrflow/data';
import { openDataset } from '@ctrflow/data/node';
import { simulatePurchases } from '@ctrflow/datagen';
import { tableFromArrays } from 'apache-arrow';
import { afterAll } from 'vitest';
import type { Functions } from '../call';
import { data as dataset, encoded, events, rows, source, table } from '../given';

const { spec } = dataset.schema;
const encodedFolder = await mkdtemp(join(tmpdir(), 'ctrflow-encoded-'));
afterAll(() => rm(encodedFolder, { recursive: true }));
await openDataset(source, { label: 'y', split: { by: 'none' }, encodedFolder });
const { log, target, related } = simulatePurchases({ numUsers: 60 });
const users = eventsByUser(log);
const points = [{ user: 'u1', day: 400 }];
const shape = { name: 'w', numSteps: 4, stepDays: 7, related, behaviours: ['view'] };
const past = pastEvents(events, events);
const store = { numRows: [40], hasLabel: true, read: () => Promise.resolve(encoded) };
const samples = {
  related: [],
  count: [5],
  minUsers: [5],
  minCorrelation: [],
  observationDays: [5],
  stepDays: [5],
  numSteps: [5],
  split: [],
  valid: [],
  test: [],
  shifts: [5],
  evaluate: [],
  seed: [5],
} as const;
const samplesOf = Object.fromEntries(Object.entries(samples).map(([name, fine]) => [`options.${name}`, fine]));

export const data: Functions = {
  encodedFromArrow: { bytes: [await encodedToArrow(encoded)], who: ['test', 'x'] },
  encodedToArrow: { columns: [encoded] },
  rowsInBlocks: { store: [store], groupRows: [40, 5] },
  concatColumns: { chunks: [[encoded, encoded]] },
  rowsInMemory: { columns: [encoded] },
  sliceColumns: { columns: [encoded], from: [0, 5], to: [5] },
  takeRows: { columns: [encoded], rows: [Uint32Array.of(3, 1)] },
  datasetFromTables: { schema: [spec], tables: [{ train: table }], 'tables.train': [], 'tables.valid': [], 'tables.test': [] },
  tableFromArrow: { table: [tableFromArrays({ a: ['x'] })] },
  concatTables: { tables: [[table, table]] },
  textColumn: { values: [['x', null], [], [null]] },
  tableFromCsv: { text: ['a,y\nx,1\n'], options: [{}, undefined], 'options.expectedNames': [[]], 'options.delimiter': ['x'], 'options.names': [], 'options.header': [true], 'options.quote': ['x'], 'options.comment': ['x'] },
  pastEvents: { log: [events], points: [events], options: [{}, undefined], 'options.maxLength': [5] },
  historyColumns: { log: [events], past: [past], time: [events.time], attributes: [{}, undefined] },
  nextItemRows: { log: [events], options: [{ maxLength: 3, repeats: true, negatives: { valid: 1, test: 1, train: 1 } }, undefined, {}], 'options.attributes': [{}], 'options.maxLength': [undefined, 5], 'options.sessions': [{}], 'options.split': [], 'options.negatives': [undefined, {}], 'options.sampling': [], 'options.repeats': [undefined, true], 'options.userField': [true], 'options.minCount': [5], 'options.maxEvaluated': [5], 'options.seed': [5] },
  eventsByUser: { log: [log] },
  relatedCategories: { users: [users], target: [target, 'x'], options: [{}, undefined], 'options.count': [5], 'options.minUsers': [5], 'options.minCorrelation': [] },
  windowChannels: { shape: [shape] , 'shape.related': [[]], 'shape.behaviours': [[]] },
  windowRows: { users: [users], points: [points, []], shape: [shape], 'shape.name': ['x'], 'shape.numSteps': [5], 'shape.stepDays': [5], 'shape.related': [[]], 'shape.behaviours': [[]] },
  boughtWithin: { users: [users], points: [points, []], within: [{ category: target, numDays: 15 }], 'within.category': ['x'], 'within.numDays': [5] },
  openPoints: { users: [users], options: [{ target, related, observationDays: 180, day: 500 }], 'options.target': ['x'], 'options.related': [[]], 'options.observationDays': [5], 'options.day': [5] },
  pooledPurchaseSamples: { log: [log], targets: [[target]], options: [{ related }, undefined, {}], ...samplesOf, 'options.related': [undefined, []] },
  purchaseSamples: { log: [log], target: [target, 'x'], options: [{ related }, undefined, {}], ...samplesOf, 'options.related': [undefined, []] },
}; // prettier-ignore

export const dataNode: Functions = {
  openDataset: { source: [source], options: [{ label: 'y', split: { by: 'none' } }], 'options.threads': [5], 'options.memoryLimit': [], 'options.limit': [5], 'options.split': [undefined], 'options.onBadRow': [], 'options.clean': [{}], 'options.schema': [], 'options.label': [], 'options.negativeKeepRate': [], 'options.nullValues': [[]], 'options.dropColumns': [[]], 'options.valid': [], 'options.test': [], 'options.dialect': [{}], 'options.encodedFolder': ['x'], 'options.shuffleMegabytes': [5], 'options.onProgress': [() => undefined] },
  openEncoded: { folder: [encodedFolder, 'x'] },
  openRows: { source: [source], schema: [dataset.schema], options: [{}, undefined] },
  inspectSource: { source: [source], options: [{}, undefined] },
  requireNotRead: { who: ['test', 'x'], output: ['y', 'x'], source: [source, 'x', []] },
  writeScores: { source: [source], scores: [new Float64Array(rows.length)], out: ['scores.csv', 'x'], options: [{ spec }], 'options.spec': [{}] },
}; // prettier-ignore
