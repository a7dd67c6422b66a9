import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/data');

/** Bugs in packages/data but what makes rows of logs, which is in `samples`. */
export const data: readonly Mutation[] = [
  bug('node/read-dataset', 'await readerOf(split.train), split.train.condition', "await readerOf(split.train), 'true'", 'reading'), // prettier-ignore
  bug('node/read-dataset', 'table === split.train.table ? split.train.condition', "table === split.train.table ? 'true'", 'reading'), // prettier-ignore
  bug('node/read-dataset', "part === 'train' && sampler !== undefined", 'sampler !== undefined', 'reading'),
  bug('node/read-dataset', 'firstRow += table.numRows', 'firstRow = table.numRows', 'reading'),
  bug('node/split-sql', "split.by === 'group' ? [split.column]", "split.by === 'group' ? columns", 'sources'),
  bug('node/split-sql', "'DESC')}, rowid DESC)", "'DESC')}, rowid ASC)", 'splits'),
  bug('node/split-sql', '1 - split.valid - split.test, 1 - split.test', '1 - split.valid - split.test, 1 - split.valid', ['open-dataset', 'sources']), // prettier-ignore
  bug('node/split-sql', 'WHEN ${share} < ${test + valid}', 'WHEN ${share} < ${valid}', 'sources'),
  bug('node/split-sql', "sortable(split.column, spec, 'ASC')", "sortable(split.column, spec, 'DESC')", ['open-dataset', 'sources']), // prettier-ignore
  bug('node/join', 'LEFT JOIN', 'INNER JOIN', 'sources'),
  bug('node/join', ' ORDER BY l.ctrflow_row', ' ORDER BY l.ctrflow_row DESC', 'reading'),
  bug('node/clean', '[`${value} > ${max}`]', '[`${value} >= ${max}`]', 'reading'),
  bug('node/clean', 'SELECT min(${inRange.row})', 'SELECT max(${inRange.row})', 'reading'),
  bug('target-counts', 'sum / numRows;', 'sum / (numRows - sum);', ['open-dataset', 'sources']),
  bug('node/value-codes', '.subarray(0, length), from)', '.subarray(0, length), 0)', 'reading'),
  bug('node/bad-rows', '(row) => !bad.has(row)', '(row) => row === 0 || !bad.has(row)', 'reading'),
  bug('node/bad-rows', 'one.row - other.row', 'other.row - one.row', ['bad-input', 'open-dataset']),
  bug('node/number-columns', "NOT contains(${asText(column)}, '_')", 'true', 'number-columns'),
  bug('node/encoded', 'if (earlier !== inputs) return undefined;', '', 'encoded'),
  bug('node/encoded', 'sha256(await readFile(path)) !== digest', 'false', 'encoded'),
  bug('node/profile', 'sum(total - best)', 'sum(best)', 'sources'),
  bug('node/profile', 'QUALIFY total > 1', 'QUALIFY total > 0', 'sources'),
  bug('node/write-scores', 'POSITIONAL JOIN scores s', 'POSITIONAL JOIN (SELECT * FROM scores ORDER BY score) s', 'reading'), // prettier-ignore
  bug('downsample', 'uniformAt(key, this.numNegatives++) < this.keepRate', 'uniformAt(key, this.numNegatives++) > this.keepRate', ['splits', 'sources']), // prettier-ignore
  bug('downsample', 'if (values?.[row] !== 0) return true;', '', 'sources'),
  bug('csv', 'at = close + 2;', 'at = close + 1;', ['sources', 'damaged-files']),
  bug('csv', "text.startsWith('\\r\\n', at) ? 2 : 1", '1', 'reading'),
  bug('csv', 'fields.push(end === at ? null : text.slice(at, end))', 'fields.push(text.slice(at, end))', 'reading'), // prettier-ignore
  bug('memory', 'Math.min(numRows, from + batchSize)', 'from + batchSize', ['open-dataset', 'by-row', 'encoded']),
  bug('memory', 'from < numRows; from += batchSize', 'from + batchSize <= numRows; from += batchSize', ['open-dataset', 'by-row']), // prettier-ignore
  bug('memory', 'from = startBatch * batchSize', 'from = startBatch', ['open-dataset', 'encoded']),
  bug('memory', 'part.map((offset) => offset - start)', 'part', ['by-row', 'encoded', 'open-dataset']),
  bug('memory', "const roles = ['weight', 'group', 'time', 'sourceRow']", "const roles = ['weight', 'group', 'sourceRow']", 'reading'), // prettier-ignore
  bug('memory', 'offsets[row + i] = start + list.offsets[i]', 'offsets[row + i] = list.offsets[i]', [
    'by-row',
    'encoded',
  ]),
  bug('blocks', 'if (rest !== undefined) yield rest;', '', ['encoded', 'by-row']),
  bug('blocks', "foldIn(shuffle, 'group', g)", "foldIn(shuffle, 'group', g - first)", 'encoded'),
  bug('blocks', 'let skip = startBatch * batchSize', 'let skip = 0', 'encoded'),
  bug('by-row', 'from * slots.length, to * slots.length', 'from, to * slots.length', 'by-row'),
  bug('by-row', 'matrix[row * C + c] = given[c][row]', 'matrix[c * numRows + row] = given[c][row]', 'by-row'),
  bug('dialect', 'else if (line[i + 1] === quote) field += line[++i];', '', 'reading'),
  bug('dialect', 'other.width > one.width', 'other.width < one.width', 'reading'),
  bug('dataset-from-tables', 'await fitSchema(schema, [train])', 'await fitSchema(schema, [train, ...(test ? [test] : [])])', 'reading'), // prettier-ignore
  bug('arrow', 'ids: entriesOf(column) as Int32Array', 'ids: (column.children[0].values as Int32Array)', 'encoded'),
  bug('node/read-table', 'CAST(${sourceRow} AS DOUBLE)', 'CAST(row_number() OVER () - 1 AS DOUBLE)', 'source-rows'),
  bug('node/bad-rows', 'return takeRows(encoded, good);', 'return { ...takeRows(encoded, good), ...(encoded.sourceRow && { sourceRow: encoded.sourceRow }) };', 'source-rows'), // prettier-ignore
];
