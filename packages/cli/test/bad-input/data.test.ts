import { gzipSync } from 'node:zlib';
import { describe } from 'vitest';
import type { BadInput, Message } from './harness';
import { refuses } from './harness';
import { clicksCsv, trainArguments, withLine } from './rows';

/** A training on a file with this content. */
function file(name: string, content: string | Uint8Array, message: Message, extra: readonly string[] = []): BadInput {
  return { name, files: { 'clicks.csv': content }, argv: [...trainArguments, ...extra], code: 3, message };
}

/** A training on a good file with options that do not fit it. */
function options(name: string, extra: readonly string[], message: Message, more: Partial<BadInput> = {}): BadInput {
  return { ...file(name, clicksCsv(), message, extra), ...more };
}

/** A training on another file than `clicks.csv`. */
function source(name: string, path: string, files: BadInput['files'], message: Message): BadInput {
  const argv = trainArguments.map((argument) => argument.replace('clicks.csv', path));
  return { name, files: files ?? {}, argv, code: 3, message };
}

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

/** The message about line 10, which has not the five columns of the others. */
const badLine = (numColumns: number, line: string): string =>
  `source: expected a line of the declared form, got: Expected Number of Columns: 5 Found: ${numColumns}; mend the line, or choose onBadRow "skip" or "quarantine" (file {dir}/clicks.csv, line 10, value "${line}")`;

describe('text files', () => {
  refuses([
    file('an empty file', '', 'source: expected rows, got an empty file (file {dir}/clicks.csv)'),
    file('a header without rows', 'click,city,age\n', 'source: expected rows, got none (file {dir}/clicks.csv)'),
    file('a row with too few columns', withLine(10, '1,c1'), badLine(2, '1,c1')),
    file(
      'a row with too many columns',
      withLine(10, '1,c1,30,u1,2024-01-01,x,y'),
      badLine(6, '1,c1,30,u1,2024-01-01,x,y'),
    ),
    file(
      'a quote that is never closed',
      withLine(10, '1,"c1,30,u1,2024-01-01'),
      'source: expected a line of the declared form, got: Value with unterminated quote found.; mend the line, or choose onBadRow "skip" or "quarantine" (file {dir}/clicks.csv, line 10, value "1,\\"c1,30,u1,2024-01-01\\n1,c4,29,u2,2024-01-10 12:00:00\\n0,c0,30,u3,2024-01-11 12:00:00\\n0,c1,31,u4,2024-01-12 12:00...)',
    ),
    file(
      'bytes that are no UTF-8',
      bytes(clicksCsv(), '1,', [0xff, 0xfe, 0x80], ',30,u1,2024-01-01\n'),
      'source: expected a line of the declared form, got: Invalid unicode (byte sequence mismatch) detected. This file is not utf-8 encoded.; mend the line, or choose onBadRow "skip" or "quarantine" (file {dir}/clicks.csv, line 62, value "1,???,30,u1,2024-01-01")',
    ),
    file(
      'two columns of one name',
      clicksCsv(([, ...rows]) => ['click,city,city,user,at', ...rows]),
      'source: expected column names that differ, got "\\"city\\" twice" (file {dir}/clicks.csv)',
    ),
    file(
      'a label that is neither yes nor no',
      withLine(10, 'maybe,c1,30,u1,2024-01-01'),
      'label: expected one of 1, true, yes, 0, false, no, got "maybe"; declare the values that mean 1 as `positive` (file {dir}/clicks.csv, line 10, column "click", value "maybe")',
    ),
    file(
      'a label that is missing',
      withLine(10, ',c1,30,u1,2024-01-01'),
      'label: expected one of 1, got "a missing value"; declare the values that mean 1 as `positive` (file {dir}/clicks.csv, line 10, column "click", value "")',
    ),
    file(
      'clicks only',
      clicksCsv((lines) => lines.filter((line) => !line.startsWith('0'))),
      'openDataset: expected both labels in the train part, got "only label 1"; check the label, or split otherwise (file {dir}/clicks.csv)',
    ),
    file(
      'no clicks at all',
      clicksCsv((lines) => lines.filter((line) => !line.startsWith('1'))),
      'openDataset: expected both labels in the train part, got "only label 0"; check the label, or split otherwise (file {dir}/clicks.csv)',
    ),
  ]);
});

describe('other files', () => {
  const zipped = gzipSync(clicksCsv());
  refuses([
    source(
      'a file that does not exist',
      'none.csv',
      {},
      'source: expected a file that exists, got "{dir}/none.csv"; is the path right?',
    ),
    source(
      'a pattern that nothing matches',
      'none-*.csv',
      {},
      'source: expected a file that exists, got "{dir}/none-*.csv"; no file matches this pattern',
    ),
    source(
      'a folder',
      'folder',
      { 'folder/a.txt': 'x' },
      'source: expected a file, got "the folder {dir}/folder"; name a file or a glob such as {dir}/folder/*.csv',
    ),
    source(
      'a gzip that ends too early',
      'clicks.csv.gz',
      { 'clicks.csv.gz': zipped.subarray(0, zipped.length >> 1) },
      'source: expected a whole gzip file, got a damaged or truncated one (unexpected end of file) (file {dir}/clicks.csv.gz)',
    ),
    source(
      'text named .gz',
      'clicks.csv.gz',
      { 'clicks.csv.gz': clicksCsv() },
      'source: expected a whole gzip file, got a damaged or truncated one (incorrect header check) (file {dir}/clicks.csv.gz)',
    ),
    source(
      'something named .zip',
      'clicks.zip:clicks.csv',
      { 'clicks.zip': 'no zip' },
      'source: expected a zip archive, got a damaged one (End of central directory record signature not found. Either not a zip file, or file is truncated.) (file {dir}/clicks.zip)',
    ),
    source(
      'something named .parquet',
      'clicks.parquet',
      { 'clicks.parquet': 'no parquet' },
      "source: expected a file that can be read as declared, got: Invalid Input Error: File '{dir}/clicks.parquet' too small to be a Parquet file (file {dir}/clicks.parquet)",
    ),
    source(
      'broken JSON lines',
      'clicks.jsonl',
      { 'clicks.jsonl': '{"click":1,"city":"a"}\n{"click":\n' },
      'source: expected a JSON object on every line, got: Unexpected end of JSON input (file {dir}/clicks.jsonl, line 2, value "{\\"click\\":")',
    ),
  ]);
});

describe('columns', () => {
  refuses([
    options(
      'a label that is no column',
      ['--label', 'clik'],
      'source: expected a column "clik" among click, city, age, user, at, got "none"; did you mean "click"? (file {dir}/clicks.csv)',
    ),
    options(
      'a group that is no column',
      ['--group', 'usr'],
      'source: expected a column "usr" among click, city, age, user, at, got "none"; did you mean "user"? (file {dir}/clicks.csv)',
    ),
    options(
      'a weight that is no column',
      ['--weight', 'w'],
      'source: expected a column "w" among click, city, age, user, at, got "none"; did you mean "at"? (file {dir}/clicks.csv)',
    ),
    options(
      'a weight that is text',
      ['--weight', 'city'],
      'sample weight: expected a finite number within float32, got "c0"; name texts that mean missing in `nullValues`, or declare the field categorical (file {dir}/clicks.csv, line 2, column "city", value "c0")',
    ),
    options(
      'a time that is no column',
      ['--time', 'when', '--split', 'time'],
      'source: expected a column "when" among click, city, age, user, at, got "none"; name the columns of a file without a header with `names` (file {dir}/clicks.csv)',
    ),
    options(
      'a time that is no time',
      ['--time', 'city', '--split', 'time'],
      'time: expected a time of format iso, got "c0" (file {dir}/clicks.csv, line 2, column "city", value "c0")',
    ),
    options(
      'a dropped column that does not exist',
      ['--drop-columns', 'ctiy'],
      'source: expected a column "ctiy" among click, city, age, user, at, got "none"; did you mean "city"? (file {dir}/clicks.csv)',
    ),
    options(
      'every column dropped',
      ['--drop-columns', 'city,age,user,at'],
      'inferSchema: expected at least one column to learn from, got "none"; click: to be predicted; city: left out by the user; age: left out by the user; user: left out by the user; at: left out by the user',
    ),
    options(
      'fewer names than columns',
      ['--names', 'click,city'],
      'source: expected a line of the declared form, got: Expected Number of Columns: 2 Found: 3; mend the line, or choose onBadRow "skip" or "quarantine" (file {dir}/clicks.csv, line 1, value "click,city,age,user,at")',
    ),
    options(
      'positive labels that never occur',
      ['--positive', 'yes'],
      'openDataset: expected both labels in the train part, got "only label 0"; check the label, or split otherwise (file {dir}/clicks.csv)',
    ),
    options(
      'too few rows to train on',
      ['--limit', '1'],
      'inferSchema: expected at least one column to learn from, got "none"; click: to be predicted; city: one value only; age: one value only; user: one value only; at: one value only',
    ),
  ]);
});
