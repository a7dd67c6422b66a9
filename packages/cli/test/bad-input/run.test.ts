import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ownerText, thisOwner } from '@ctrflow/core/node';
import { modelFactories } from '@ctrflow/zoo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../run-main';
import type { BadInput, Message } from './harness';
import { refuses } from './harness';
import { clicksCsv, trainArguments } from './rows';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-bad-run-'));
const files = { 'clicks.csv': clicksCsv() };

beforeAll(async () => {
  writeFileSync(join(root, 'clicks.csv'), clicksCsv());
  const { code, err } = await runMain(trainArguments.map((argument) => argument.replace('{dir}', root)));
  expect(code, err).toBe(0);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

type Damage = (run: string) => void;

/** A case about a folder of a finished run that is damaged first. */
function run(name: string, argv: readonly string[], code: number, message: Message, damage?: Damage): BadInput {
  const prepare = (folder: string): void => {
    cpSync(join(root, 'out'), join(folder, 'run'), { recursive: true });
    damage?.(join(folder, 'run'));
  };
  return { name, files, prepare, argv, code, message };
}

const predict = ['predict', '{dir}/run', '{dir}/clicks.csv', '--out', '{dir}/scores.csv', '--quiet'];
const train = [...trainArguments.filter((argument) => argument !== '{dir}/out'), '{dir}/run'].map((argument, i, all) =>
  argument === '--out' ? '--out={dir}/run' : i === all.length - 1 ? '--quiet' : argument,
);

/** Changes a file of the model. */
function edit(file: string, change: (content: Buffer) => string | Uint8Array, andChecksum = false): Damage {
  return (folder) => {
    const path = join(folder, 'model', file);
    const changed = change(readFileSync(path));
    writeFileSync(path, changed);
    if (!andChecksum) return;
    const checksum = createHash('sha256').update(changed).digest('hex');
    editModel((model) => ({ ...model, checksums: { ...(model.checksums as object), [file]: checksum } }))(folder);
  };
}

function editModel(change: (model: Record<string, unknown>) => object): Damage {
  return edit('model.json', (content) =>
    JSON.stringify(change(JSON.parse(content.toString()) as Record<string, unknown>)),
  );
}

const remove =
  (path: string): Damage =>
  (folder) => {
    rmSync(join(folder, path), { recursive: true });
  };
const flipped = (content: Buffer): Buffer => {
  content[content.length - 3] ^= 16;
  return content;
};

describe('a saved model', () => {
  refuses([
    { name: 'that does not exist', files, argv: predict, code: 2, message: 'run: expected the folder of a run, got "{dir}/run"; it does not exist: check the path' },
    run('that is another folder', predict, 5, '{dir}/run: expected a file model.json, got "none"; is it the folder of a saved model?', (folder) => {
      rmSync(folder, { recursive: true });
      cpSync(join(root, 'out', 'tensorboard'), folder, { recursive: true });
    }),
    run('of a training that has not ended', predict, 2, 'run: expected a finished run, got "{dir}/run"; finish it: ctrflow train --config {dir}/run/options.yaml --resume', remove('model')),
    run('whose model.json is cut off', predict, 5, '{dir}/run/model/model.json: expected JSON, got damaged text', edit('model.json', (content) => content.subarray(0, 40))),
    run('whose model.json is of something else', predict, 5, '{dir}/run/model: expected a model.json of ctrflow, got {"a":1}', editModel(() => ({ a: 1 }))),
    run('of a newer format', predict, 5, '{dir}/run/model: expected a format up to 2, got 99; install a newer version of @ctrflow/model-kit', editModel((model) => ({ ...model, formatVersion: 99 }))),
    run('of a newer version of its model', predict, 5, '{dir}/run/model: expected version 1 of lr, got 7; install the version of the package that wrote it, or train again', editModel((model) => ({ ...model, version: 7 }))),
    run('that nobody knows', predict, 5, `{dir}/run/model: expected a model among ${Object.keys(modelFactories).join(', ')}, got "lrr"; pass its factory to loadModel`, editModel((model) => ({ ...model, name: 'lrr' }))),
    run('with an option out of range', predict, 2, 'lr: expected an integer >= 1 and <= 65536 for embeddingDim, got 0', editModel((model) => ({ ...model, options: { embeddingDim: 0 } }))),
    run('with one bit of its weights changed', predict, 5, '{dir}/run/model: expected weights.safetensors as it was saved, got other bytes; the file is damaged or was edited', edit('weights.safetensors', flipped)),
    run('whose weights are cut off', predict, 5, '{dir}/run/model: expected weights.safetensors as it was saved, got other bytes; the file is damaged or was edited', edit('weights.safetensors', (content) => content.subarray(0, 100))),
    run('whose weights are cut off and signed', predict, 5, '{dir}/run/model/weights.safetensors: safetensors: expected a header within the file, got "328 bytes"; the file is truncated or damaged', edit('weights.safetensors', (content) => content.subarray(0, 100), true)),
    run('without weights', predict, 5, '{dir}/run/model/weights.safetensors: expected a file that can be read, got "none"', remove('model/weights.safetensors')),
    run('without its schema', predict, 5, '{dir}/run/model/schema.json: expected a file that can be read, got "none"', remove('model/schema.json')),
    run('whose schema was edited', predict, 5, '{dir}/run/model: expected schema.json as it was saved, got other bytes; the file is damaged or was edited', edit('schema.json', (content) => `${content.toString()} `)),
    run('with the schema of another one', predict, 5, '{dir}/run/model: expected schema 0123, got "f3ab4916efeb95f5"', editModel((model) => ({ ...model, schemaFingerprint: '0123' }))),
    run('to begin with that does not exist', [...train, '--out', '{dir}/new', '--init-from', '{dir}/none'], 2, 'run: expected the folder of a run, got "{dir}/none"; it does not exist: check the path'),
  ]); // prettier-ignore
});

describe('a run folder', () => {
  refuses([
    run('that holds a training', train, 2, 'run folder: expected an empty folder, got "{dir}/run, which holds a training"; resume it (--resume) or choose another folder'),
    run('that another process writes', [...train, '--resume'], 2, /^run folder: expected a folder that no other training writes, got "\{dir\}\/run, held by process \d+"; wait for it, stop it, or choose another folder; if it has ended, delete \{dir\}\/run\/\.lock\.9$/, (folder) => {
      writeFileSync(join(folder, '.lock.9'), ownerText({ ...thisOwner(), pid: process.ppid, started: 'x' }));
    }),
    run('resumed with other options', [...train, '--resume', '--learning-rate', '0.5'], 4, 'run folder: expected the training that began here, got "another one"; fit differ from {dir}/run/config.json; a run is resumed with the options that began it'),
    run('with another model', [...train, '--resume', '--model', 'fm'], 4, 'run folder: expected the training that began here, got "another one"; model differ from {dir}/run/config.json; a run is resumed with the options that began it'),
    run('whose config.json is damaged', [...train, '--resume'], 5, '{dir}/run/config.json: expected JSON, got damaged text; the file is damaged; begin again in another folder', (folder) => {
      writeFileSync(join(folder, 'config.json'), '{');
    }),
    run('that is a file', train, 7, "EEXIST: file already exists, mkdir '{dir}/run'", (folder) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, 'x');
    }),
  ]); // prettier-ignore
});

describe('files of the user in the folder that is named', () => {
  const comparison = ['compare', '{dir}/none.csv', '--label', 'click', '--models', 'lr,fm', '--out', '{dir}/mine'];
  const training = ['train', '{dir}/none.csv', '--label', 'click', '--model', 'lr', '--out', '{dir}/mine'];
  refuses([
    ...['options.yaml', 'summary.json', 'schema.json', 'report.html', 'config.json', 'Report.html'].map((file) => ({
      name: `${file}, which a training would write over`,
      files: { [`mine/${file}`]: 'of the user' },
      argv: training,
      code: 2,
      message: `run folder: expected one without files of the names that it writes, got "{dir}/mine"; its ${file} is not of a training: nothing was changed, choose another folder`,
    })),
    ...['options.yaml', 'report.html'].map((file) => ({
      name: `${file}, which a comparison would write over`,
      files: { [`mine/${file}`]: 'of the user' },
      argv: comparison,
      code: 2,
      message: `comparison: expected a folder without files of the names that it writes, got "{dir}/mine"; its ${file} would be written over: go on with what began there (--resume), or choose another folder`,
    })),
    {
      name: 'report.html, which a run of a comparison would write over',
      files: { 'mine/fm/report.html': 'of the user' },
      argv: comparison,
      code: 2,
      message: 'run folder: expected one without files of the names that it writes, got "{dir}/mine/fm"; its report.html is not of a training: nothing was changed, choose another folder',
    },
  ]); // prettier-ignore
});

describe('an encoded folder', () => {
  refuses([
    {
      name: 'that the schema is read from',
      files: { 'enc/schema.json': '{}' },
      argv: ['train', '{dir}/none.csv', '--schema', '{dir}/enc/../enc/schema.json', '--encoded-folder', '{dir}/enc', '--model', 'lr', '--out', '{dir}/run'],
      code: 2,
      message: 'encoded folder: expected a folder without inputs, got "{dir}/enc"; {dir}/enc/../enc/schema.json is read and lies in it, and the folder is replaced: copy the file elsewhere, or name another folder',
    },
  ]); // prettier-ignore
});

describe.skipIf(process.platform !== 'linux')('a device', () => {
  refuses([
    run('that is full', predict.map((argument) => argument.replace('{dir}/scores.csv', '/dev/full')), 7, 'ENOSPC: no space left on device, write; the device is full: free some space or choose another folder'),
    run('that cannot be written', [...train, '--out', '/dev/null/run'], 7, "ENOTDIR: not a directory, stat '/dev/null/run'; a part of the path is a file, not a folder: check the path"),
    // Recursive mkdir of Node never returns here.
    run('that takes no folders', [...train, '--out', '/proc/x/y'], 7, "ENOENT: no such file or directory, mkdir '/proc/x'; the file or folder does not exist: check the path"),
    run('that takes no folders, for a comparison', ['compare', '{dir}/none.csv', '--label', 'click', '--models', 'lr', '--out', '/proc/x/y'], 7, "ENOENT: no such file or directory, mkdir '/proc/x'; the file or folder does not exist: check the path"),
    run('that takes no folders, for a shop', ['datagen', '--rows', '10', '--out', '/proc/x/y'], 7, "ENOENT: no such file or directory, mkdir '/proc/x'; the file or folder does not exist: check the path"),
    run('that takes no folders, for scores', predict.map((argument) => argument.replace('{dir}/scores.csv', '/proc/x/y/scores.csv')), 7, "ENOENT: no such file or directory, mkdir '/proc/x'; the file or folder does not exist: check the path"),
  ]); // prettier-ignore
});

describe('rows to score', () => {
  const rows = (
    name: string,
    command: readonly string[],
    content: string,
    code: number,
    message: Message,
  ): BadInput => ({
    ...run(name, command, code, message),
    files: { 'clicks.csv': content },
  });
  const evaluate = ['evaluate', '{dir}/run', '{dir}/clicks.csv', '--quiet'];
  const withoutColumn = (column: number): string =>
    clicksCsv((lines) => lines.map((line) => line.split(',').filter((_, i) => i !== column).join(','))); // prettier-ignore
  refuses([
    rows('without a column of the model', predict, withoutColumn(1), 3, 'source: expected a column "city" among click, age, user, at, got "none"; name the columns of a file without a header with `names` (file {dir}/clicks.csv)'),
    rows('without labels, to measure', evaluate, withoutColumn(0), 3, 'source: expected a column "click" among city, age, user, at, got "none"; name the columns of a file without a header with `names` (file {dir}/clicks.csv)'),
    rows('of one class, to measure', evaluate, clicksCsv((lines) => lines.filter((line) => !line.startsWith('1'))), 3, 'auc: expected rows of both classes, got "only label 0"; the metric is not defined for one class'),
    rows('none at all', predict, 'click,city,age,user,at\n', 3, 'source: expected rows, got none (file {dir}/clicks.csv)'),
    run('in a format that nobody writes', predict.map((argument) => argument.replace('scores.csv', 'scores.xlsx')), 2, 'writeScores: expected one of csv, jsonl, ndjson, parquet for the ending of {dir}/scores.xlsx, got "xlsx"'),
    run('with a column to keep that does not exist', [...predict, '--keep', 'ctiy'], 3, 'source: expected a column "ctiy" among click, city, age, user, at, got "none"; did you mean "city"? (file {dir}/clicks.csv)'),
    run('with nowhere to write', predict.slice(0, 3), 2, 'ctrflow predict: expected a file to write, got none; give --out scores.csv'),
  ]); // prettier-ignore
});

/** An archive of stored (uncompressed) members. */
function zip(members: Readonly<Record<string, string>>): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(members)) {
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt32LE(crc32(content), 10);
    header.writeUInt32LE(content.length, 14);
    header.writeUInt32LE(content.length, 18);
    header.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), header, Buffer.from(name), Buffer.from(content)]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), header, place, Buffer.from(name)]));
    parts.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06'), end]);
}

describe('archives, schemas and models', () => {
  const archive = zip({ 'a.csv': clicksCsv(), 'b.csv': clicksCsv() });
  const from = (file: string): string[] => trainArguments.map((argument) => argument.replace('clicks.csv', file));
  const withSchema = (name: string, schema: string, code: number, message: Message): BadInput => ({
    ...{ name, code, message },
    files: { ...files, 'schema.json': schema },
    argv: [...trainArguments, '--schema', '{dir}/schema.json', '--model', 'fm'],
  });
  const fields = (...list: readonly object[]): string => JSON.stringify({ fields: list, label: { column: 'click' } });
  const city = { name: 'city', kind: 'categorical' };
  refuses([
    { name: 'several members', files: { 'c.zip': archive }, argv: from('c.zip'), code: 3, message: '{dir}/c.zip: expected one of its members a.csv, b.csv, got "no member"; write {dir}/c.zip:MEMBER' },
    { name: 'no such member', files: { 'c.zip': archive }, argv: from('c.zip:c.csv'), code: 3, message: '{dir}/c.zip: expected one of its members a.csv, b.csv, got "c.csv"; did you mean "a.csv"?' },
    withSchema('a schema that is no JSON', '{', 3, /^schema \{dir\}\/schema\.json: expected JSON, got Expected property name or '\}' in JSON at position 1.*$/),
    withSchema('a schema of something else', '[]', 5, 'schema: expected JSON of format "ctrflow-schema", got []; a fitted schema is the schema.json of a model or run folder'),
    withSchema('a schema without fields', fields(), 3, 'fm: expected a schema with at least one field, got "none"'),
    withSchema('a field twice', fields(city, city), 3, 'schema: expected unique field names, got "\\"city\\" twice"'),
    withSchema('a field of an unknown kind', fields({ name: 'city', kind: 'categoric' }), 2, 'schema: field "city": expected one of numeric, categorical, hashed, crossed, sequence, multi-hot, time-part, tensor for kind, got "categoric"; did you mean "categorical"?'),
    withSchema('a field of a column that does not exist', fields({ ...city, column: 'town' }), 3, 'source: expected a column "town" among click, city, age, user, at, got "none"; name the columns of a file without a header with `names` (file {dir}/clicks.csv)'),
    withSchema('the label as a field', fields(city, { name: 'click', kind: 'numeric' }), 3, 'schema: expected a label that is no input, got "\\"click\\" as label and as field \\"click\\""; drop the field'),
    withSchema('texts in a field of numbers', fields({ name: 'city', kind: 'numeric' }), 3, 'field "city": expected a finite number within float32, got "c0"; name texts that mean missing in `nullValues`, or declare the field categorical (file {dir}/clicks.csv, line 2, column "city", value "c0")'),
    withSchema('fields of unequal sizes', fields({ ...city, embeddingDim: 4 }, { name: 'user', kind: 'categorical' }), 3, 'embeddings "embedding": expected 16 as embeddingDim of every field, got "4 for \\"city\\""; give every field the same embeddingDim, or choose a model that takes fields of different sizes'),
  ]); // prettier-ignore
  refuses(
    ['NaN', 'Infinity', '-inf', '1e999'].map((value) => ({
      ...withSchema(
        `${value} in a field of numbers`,
        fields({ name: 'age', kind: 'numeric' }),
        3,
        `field "age": expected a finite number within float32, got "${value}"; name texts that mean missing in \`nullValues\`, or declare the field categorical (file {dir}/clicks.csv, line 10, column "age", value "${value}")`,
      ),
      files: {
        'schema.json': fields({ name: 'age', kind: 'numeric' }),
        'clicks.csv': clicksCsv((lines) => lines.map((line, i) => (i === 9 ? `1,c1,${value},u1,2024-01-01` : line))),
      },
    })),
  );
});

test('a loss that is not finite stops the training and keeps the batch that caused it', async () => {
  const folder = join(root, 'nan');
  const argv = trainArguments.map((argument) => argument.replace('{dir}/out', folder).replace('{dir}', root));
  const { code, err } = await runMain([...argv, '--epochs', '9', '--batch-size', '10', '--optimizer', 'sgd', '--learning-rate', '1e38']); // prettier-ignore
  expect(code).toBe(4);
  expect(err).toMatch(/expected a finite loss, got (NaN|Infinity) in epoch \d+, batch \d+/);
  const kept = JSON.parse(readFileSync(join(folder, 'failed-batch.json'), 'utf8')) as { rows: { numRows: number } };
  expect(kept.rows.numRows).toBeGreaterThan(0);
});
