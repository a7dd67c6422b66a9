import type { Functions } from '../call';
import { data, encoded, rows, table } from '../given';

const { spec } = data.schema;
const profile = { column: 'a', numRows: 40, numMissing: 0, numDistinct: 3, numNumbers: 0, numIntegers: 0, numLeadingZeros: 0, numDates: 0, numLists: 0, maxLength: 1, examples: ['x'] }; // prettier-ignore

export const features: Functions = {
  createFitter: { declaration: [spec], options: [{}, undefined], 'options.spill': [] },
  fitSchema: { spec: [spec], tables: [[table], []] },
  schemaFromJSON: { json: [data.schema.toJSON()] },
  fingerprint64: { text: ['a', 'x'] },
  validateSpec: { spec: [spec] },
  rowsAsTable: { rows: [rows, []], columns: [['a'], []], separators: [{ a: '^' }, undefined, {}] },
  timeParser: { format: ['iso', undefined] },
  inferSchema: { profiles: [[profile]], options: [{}, undefined], 'options.label': [], 'options.dropColumns': [[]], 'options.nullValues': [[]] },
  tableBytes: { tables: [[{ numRows: 5 }], []], embeddingDim: [16, 5] },
  divideSessions: { times: [[0, 60_000], []], options: [{}, undefined], 'options.gapMinutes': [5], 'options.maxSessions': [5], 'options.maxSessionLength': [5] },
  windowFields: { name: ['weeks', 'x'], options: [{ channels: ['visits'], numSteps: 3 }], 'options.channels': [], 'options.numSteps': [5], 'options.transform': [] },
  targetsOf: { spec: [spec, {}] },
  targetColumn: { target: [{ name: 'a', kind: 'binary' }, {}] },
  classesOf: { target: [{ name: 'a', kind: 'binary' }, {}] },
  targetValues: { columns: [encoded], name: ['label', 'x'] },
  windowsOf: { schema: [data.schema] },
}; // prettier-ignore

export const featuresNode: Functions = {
  spillCounts: { options: [{}, undefined], 'options.maxValues': [5], 'options.folder': [] },
};
