import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ownerText, thisOwner } from '@ctrflow/core/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../run-main';
import type { BadInput } from './harness';
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
function run(name: string, argv: readonly string[], code: number, message: RegExp, damage?: Damage): BadInput {
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
    { name: 'that does not exist', files, argv: predict, code: 2, message: /does not exist/ },
    run('that is another folder', predict, 5, /a file model\.json, got "?none/, (folder) => {
      rmSync(folder, { recursive: true });
      cpSync(join(root, 'out', 'tensorboard'), folder, { recursive: true });
    }),
    run('of a training that has not ended', predict, 2, /a finished run.*--resume/, remove('model')),
    run('whose model.json is cut off', predict, 5, /model\.json: expected JSON/, edit('model.json', (content) => content.subarray(0, 40))),
    run('whose model.json is of something else', predict, 5, /a model\.json of ctrflow/, editModel(() => ({ a: 1 }))),
    run('of a newer format', predict, 5, /a format up to 2, got 99; install a newer/, editModel((model) => ({ ...model, formatVersion: 99 }))),
    run('of a newer version of its model', predict, 5, /version 1 of lr, got 7/, editModel((model) => ({ ...model, version: 7 }))),
    run('that nobody knows', predict, 5, /a model among .*got "lrr"/, editModel((model) => ({ ...model, name: 'lrr' }))),
    run('with an option out of range', predict, 2, /embeddingDim, got 0/, editModel((model) => ({ ...model, options: { embeddingDim: 0 } }))),
    run('with one bit of its weights changed', predict, 5, /weights\.safetensors as it was saved/, edit('weights.safetensors', flipped)),
    run('whose weights are cut off', predict, 5, /weights\.safetensors as it was saved/, edit('weights.safetensors', (content) => content.subarray(0, 100))),
    run('whose weights are cut off and signed', predict, 5, /safetensors/, edit('weights.safetensors', (content) => content.subarray(0, 100), true)),
    run('without weights', predict, 5, /weights\.safetensors/, remove('model/weights.safetensors')),
    run('without its schema', predict, 5, /schema\.json/, remove('model/schema.json')),
    run('whose schema was edited', predict, 5, /schema\.json as it was saved/, edit('schema.json', (content) => `${content.toString()} `)),
    run('with the schema of another one', predict, 5, /expected schema|fingerprint/, editModel((model) => ({ ...model, schemaFingerprint: '0123' }))),
    run('to begin with that does not exist', [...train, '--out', '{dir}/new', '--init-from', '{dir}/none'], 2, /does not exist/),
  ]); // prettier-ignore
});

describe('a run folder', () => {
  refuses([
    run('that holds a training', train, 2, /expected an empty folder, got .*--resume/),
    run('that another process writes', [...train, '--resume'], 2, /no other training writes.*held by process/, (folder) => {
      writeFileSync(join(folder, '.lock.9'), ownerText({ ...thisOwner(), pid: process.ppid, started: 'x' }));
    }),
    run('resumed with other options', [...train, '--resume', '--learning-rate', '0.5'], 4, /fit differ? from .*config\.json/),
    run('with another model', [...train, '--resume', '--model', 'fm'], 4, /model.* differ from .*config\.json/),
    run('whose config.json is damaged', [...train, '--resume'], 5, /config\.json: expected JSON/, (folder) => {
      writeFileSync(join(folder, 'config.json'), '{');
    }),
    run('that is a file', train, 7, /EEXIST|ENOTDIR/, (folder) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, 'x');
    }),
  ]); // prettier-ignore
});

describe.skipIf(process.platform !== 'linux')('a device', () => {
  refuses([
    run('that is full', predict.map((argument) => argument.replace('{dir}/scores.csv', '/dev/full')), 7, /device|ENOSPC|space|full/),
    run('that cannot be written', [...train, '--out', '/dev/null/run'], 7, /ENOTDIR|EEXIST/),
    // Recursive mkdir of Node never returns here.
    run('that takes no folders', [...train, '--out', '/proc/x/y'], 7, /ENOENT.*mkdir '\/proc\/x'.*check the path/),
    run('that takes no folders, for a comparison', ['compare', '{dir}/none.csv', '--label', 'click', '--models', 'lr', '--out', '/proc/x/y'], 7, /mkdir '\/proc\/x'/),
    run('that takes no folders, for a shop', ['datagen', '--rows', '10', '--out', '/proc/x/y'], 7, /mkdir '\/proc\/x'/),
    run('that takes no folders, for scores', predict.map((argument) => argument.replace('{dir}/scores.csv', '/proc/x/y/scores.csv')), 7, /mkdir '\/proc\/x'/),
  ]); // prettier-ignore
});

describe('rows to score', () => {
  const rows = (
    name: string,
    command: readonly string[],
    content: string,
    code: number,
    message: RegExp,
  ): BadInput => ({
    ...run(name, command, code, message),
    files: { 'clicks.csv': content },
  });
  const evaluate = ['evaluate', '{dir}/run', '{dir}/clicks.csv', '--quiet'];
  const withoutColumn = (column: number): string =>
    clicksCsv((lines) => lines.map((line) => line.split(',').filter((_, i) => i !== column).join(','))); // prettier-ignore
  refuses([
    rows('without a column of the model', predict, withoutColumn(1), 3, /city/),
    rows('without labels, to measure', evaluate, withoutColumn(0), 3, /click/),
    rows('of one class, to measure', evaluate, clicksCsv((lines) => lines.filter((line) => !line.startsWith('1'))), 3, /class|label/),
    rows('none at all', predict, 'click,city,age,user,at\n', 3, /rows|empty/),
    run('in a format that nobody writes', predict.map((argument) => argument.replace('scores.csv', 'scores.xlsx')), 2, /xlsx|\.csv, \.jsonl/),
    run('with a column to keep that does not exist', [...predict, '--keep', 'ctiy'], 3, /ctiy/),
    run('with nowhere to write', predict.slice(0, 3), 2, /--out scores\.csv/),
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
  const withSchema = (name: string, schema: string, code: number, message: RegExp): BadInput => ({
    ...{ name, code, message },
    files: { ...files, 'schema.json': schema },
    argv: [...trainArguments, '--schema', '{dir}/schema.json', '--model', 'fm'],
  });
  const fields = (...list: readonly object[]): string => JSON.stringify({ fields: list, label: { column: 'click' } });
  const city = { name: 'city', kind: 'categorical' };
  refuses([
    { name: 'several members', files: { 'c.zip': archive }, argv: from('c.zip'), code: 3, message: /a\.csv.*b\.csv/ },
    { name: 'no such member', files: { 'c.zip': archive }, argv: from('c.zip:c.csv'), code: 3, message: /c\.csv/ },
    withSchema('a schema that is no JSON', '{', 3, /schema .*expected JSON/),
    withSchema('a schema of something else', '[]', 5, /schema/i),
    withSchema('a schema without fields', fields(), 3, /field/),
    withSchema('a field twice', fields(city, city), 3, /city/),
    withSchema('a field of an unknown kind', fields({ name: 'city', kind: 'categoric' }), 2, /did you mean "categorical"/),
    withSchema('a field of a column that does not exist', fields({ ...city, column: 'town' }), 3, /town/),
    withSchema('the label as a field', fields(city, { name: 'click', kind: 'numeric' }), 3, /click/),
    withSchema('texts in a field of numbers', fields({ name: 'city', kind: 'numeric' }), 3, /"c\d"/),
    withSchema('fields of unequal sizes', fields({ ...city, embeddingDim: 4 }, { name: 'user', kind: 'categorical' }), 3, /embeddingDim/),
  ]); // prettier-ignore
  refuses(
    ['NaN', 'Infinity', '-inf', '1e999'].map((value) => ({
      ...withSchema(`${value} in a field of numbers`, fields({ name: 'age', kind: 'numeric' }), 3, /line 10|age/),
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
