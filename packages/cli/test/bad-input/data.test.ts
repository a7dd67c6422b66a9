import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import type { BadInput } from './harness';
import { refuses } from './harness';
import { clicksCsv, trainArguments, withLine } from './rows';

/** A training on a file with this content. */
function file(name: string, content: string | Uint8Array, message: RegExp, extra: readonly string[] = []): BadInput {
  return { name, files: { 'clicks.csv': content }, argv: [...trainArguments, ...extra], code: 3, message };
}

/** A training on a good file with options that do not fit it. */
function options(name: string, extra: readonly string[], message: RegExp, more: Partial<BadInput> = {}): BadInput {
  return { ...file(name, clicksCsv(), message, extra), ...more };
}

/** A training on another file than `clicks.csv`. */
function source(name: string, path: string, files: BadInput['files'], message: RegExp): BadInput {
  const argv = trainArguments.map((argument) => argument.replace('clicks.csv', path));
  return { name, files: files ?? {}, argv, code: 3, message };
}

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

const at = (line: number): RegExp => new RegExp(`clicks\\.csv.*line ${line}\\b`);

describe('text files', () => {
  refuses([
    file('an empty file', '', /clicks\.csv.*empty|empty.*clicks\.csv/),
    file('a header without rows', 'click,city,age\n', /expected rows, got none \(file .*clicks\.csv\)/),
    file('a row with too few columns', withLine(10, '1,c1'), at(10)),
    file('a row with too many columns', withLine(10, '1,c1,30,u1,2024-01-01,x,y'), at(10)),
    file('a quote that is never closed', withLine(10, '1,"c1,30,u1,2024-01-01'), /clicks\.csv.*(quote|line)/),
    file('bytes that are no UTF-8', bytes(clicksCsv(), '1,', [0xff, 0xfe, 0x80], ',30,u1,2024-01-01\n'), /UTF-8/i),
    file(
      'two columns of one name',
      clicksCsv(([, ...rows]) => ['click,city,city,user,at', ...rows]),
      /"?city"?.*(twice|duplicate|unique)|duplicate.*city/i,
    ),
    file('a label that is neither yes nor no', withLine(10, 'maybe,c1,30,u1,2024-01-01'), /label.*"maybe"|"maybe"/),
    file('a label that is missing', withLine(10, ',c1,30,u1,2024-01-01'), /label|click/),
    file(
      'clicks only',
      clicksCsv((lines) => lines.filter((line) => !line.startsWith('0'))),
      /one class|both labels|only.*label 1|label/,
    ),
    file(
      'no clicks at all',
      clicksCsv((lines) => lines.filter((line) => !line.startsWith('1'))),
      /one class|both labels|only.*label 0|label/,
    ),
  ]);
});

describe('other files', () => {
  const zipped = gzipSync(clicksCsv());
  refuses([
    source('a file that does not exist', 'none.csv', {}, /none\.csv/),
    source('a pattern that nothing matches', 'none-*.csv', {}, /none-\*\.csv/),
    source('a folder', 'folder', { 'folder/a.txt': 'x' }, /folder/),
    source(
      'a gzip that ends too early',
      'clicks.csv.gz',
      { 'clicks.csv.gz': zipped.subarray(0, zipped.length >> 1) },
      /clicks\.csv\.gz/,
    ),
    source(
      'text named .gz',
      'clicks.csv.gz',
      { 'clicks.csv.gz': clicksCsv() },
      /clicks\.csv\.gz.*gzip|gzip.*clicks\.csv\.gz/i,
    ),
    source('something named .zip', 'clicks.zip:clicks.csv', { 'clicks.zip': 'no zip' }, /clicks\.zip/),
    source('something named .parquet', 'clicks.parquet', { 'clicks.parquet': 'no parquet' }, /clicks\.parquet/),
    source(
      'broken JSON lines',
      'clicks.jsonl',
      { 'clicks.jsonl': '{"click":1,"city":"a"}\n{"click":\n' },
      /clicks\.jsonl/,
    ),
  ]);
});

describe('columns', () => {
  refuses([
    options('a label that is no column', ['--label', 'clik'], /"clik".*"click"|clik/),
    options('a group that is no column', ['--group', 'usr'], /usr/),
    options('a weight that is no column', ['--weight', 'w'], /"w"|\bw\b/),
    options('a weight that is text', ['--weight', 'city'], /city/),
    options('a time that is no column', ['--time', 'when', '--split', 'time'], /when/),
    options('a time that is no time', ['--time', 'city', '--split', 'time'], /city/),
    options('a dropped column that does not exist', ['--drop-columns', 'ctiy'], /ctiy/),
    options('every column dropped', ['--drop-columns', 'city,age,user,at'], /field|column/),
    options('fewer names than columns', ['--names', 'click,city'], /Number of Columns: 2 Found: 3/),
    options('positive labels that never occur', ['--positive', 'yes'], /label|positive|class/),
    options('too few rows to train on', ['--limit', '1'], /city: one value only/),
  ]);
});
