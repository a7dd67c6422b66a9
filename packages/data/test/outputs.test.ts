/** No output takes the place of an input, by whatever path. */
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openDataset, writeScores } from '../src/node';
import type { Source } from '../src/node';
import { zip } from './zip';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-outputs-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const csv = `x,click\n${Array.from({ length: 40 }, (_, i) => `${i},${i % 2}`).join('\n')}\n`;
let folder: string;
let input: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
  input = join(folder, 'in.csv');
  writeFileSync(input, csv);
  mkdirSync(join(folder, 'sub'));
  linkSync(input, join(folder, 'hard.csv'));
  symlinkSync(input, join(folder, 'soft.csv'));
  symlinkSync(folder, join(folder, 'sub', 'up'));
  writeFileSync(join(folder, 'other.csv'), csv);
  writeFileSync(join(folder, 'in.zip'), zip([{ name: 'a.csv', content: Buffer.from(csv) }]));
});

const at = (name: string): string => join(folder, name);
/** A source, and an output that is one of its files. */
const cases: [string, () => Source, () => string][] = [
  ['the same path', () => input, () => input],
  ['another spelling', () => input, () => `${folder}/sub/../in.csv`],
  ['a hard link', () => input, () => at('hard.csv')],
  ['a symbolic link', () => input, () => at('soft.csv')],
  ['a path through a linked folder', () => input, () => at('sub/up/in.csv')],
  ['a source that is a link', () => at('soft.csv'), () => input],
  ['one of several files', () => [at('other.csv'), input], () => input],
  ['a match of a glob', () => at('*n.csv'), () => input],
  ['an archive', () => at('in.zip'), () => at('in.zip')],
  ['the archive of a member', () => `${at('in.zip')}:a.csv`, () => at('in.zip')],
  ['a table that is joined', () => ({ from: at('other.csv'), joins: [{ source: input, on: 'x', prefix: 'j_' }] }), () => input],
  ['a file of a query', () => ({ sql: `SELECT * FROM read_csv('${input}')` }), () => input],
  ['a file that a query names as a table', () => ({ sql: `SELECT * FROM "${input}"` }), () => input],
]; // prettier-ignore

const contents = (): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).filter((name) => /\.(csv|zip)$/.test(name)).map((name) => [name, readFileSync(join(folder, name), 'latin1')])); // prettier-ignore

describe('a quarantine file that is', () => {
  // Planted bugs that this fails for: no comparison, one of paths instead of files, one that forgets globs, archives, joins or queries.
  test.each(cases)('%s is refused', async (_, source, output) => {
    const before = contents();
    const opening = openDataset(source(), { label: 'click', onBadRow: { quarantine: output() } });
    await expect(opening).rejects.toThrow(/quarantine: expected a file that is not an input, got ".*"; it is .*read: name another one/); // prettier-ignore
    expect(contents()).toEqual(before);
  });

  test.each(['valid', 'test'] as const)('the %s file is refused', async (part) => {
    const before = contents();
    const options = { label: 'click', [part]: at('other.csv'), onBadRow: { quarantine: at('other.csv') } };
    await expect(openDataset(input, options)).rejects.toThrow(/quarantine: expected a file that is not an input/);
    expect(contents()).toEqual(before);
  });

  test('anything else of the user is refused; what an earlier reading wrote is replaced', async () => {
    writeFileSync(at('mine.jsonl'), '{"name":"mine"}\n');
    const reading = (quarantine: string): Promise<unknown> => openDataset(at('bad.csv'), { label: 'click', schema: { fields: [{ name: 'x', kind: 'numeric' }], label: { column: 'click' } }, onBadRow: { quarantine } }); // prettier-ignore
    writeFileSync(at('bad.csv'), `${csv}oops,1\n`);
    await expect(reading(at('mine.jsonl'))).rejects.toThrow(/quarantine: expected a new file, an empty one, or one of rows set aside before, got ".*mine.jsonl"; nothing was changed/); // prettier-ignore
    expect(readFileSync(at('mine.jsonl'), 'utf8')).toBe('{"name":"mine"}\n');
    await reading(at('rows.jsonl'));
    const first = readFileSync(at('rows.jsonl'), 'utf8');
    expect(first).toContain('oops');
    await reading(at('rows.jsonl'));
    expect(readFileSync(at('rows.jsonl'), 'utf8')).toBe(first);
  });

  test('in the encoded folder is refused', async () => {
    const options = { label: 'click', encodedFolder: at('enc'), onBadRow: { quarantine: at('enc/bad.jsonl') } };
    await expect(openDataset(input, options)).rejects.toThrow(/quarantine: expected a file outside the encoded folder/);
  });
});

describe('scores written to', () => {
  test.each(cases.filter(([name]) => !name.includes('archive')))('%s are refused', async (_, source, output) => {
    const before = contents();
    const out = output();
    const writing = writeScores(source(), new Float64Array(40), out, { spec: { fields: [] } });
    await expect(writing).rejects.toThrow(/writeScores: expected a file that is not an input/);
    expect(contents()).toEqual(before);
  });

  test('another file and to what is no file are written', async () => {
    await writeScores(input, new Float64Array(40), at('scores.csv'), { spec: { fields: [] } });
    expect(readFileSync(at('scores.csv'), 'utf8')).toContain('score');
    await writeScores(input, new Float64Array(40), '/dev/null', { spec: { fields: [] } });
  });
});

// Planted bugs that this fails for: no comparison, one of paths instead of folders, one that forgets the validation file.
test('an encoded folder that a source is read from is refused as it is', async () => {
  const encoded = at('enc');
  await openDataset(input, { label: 'click', split: { by: 'none' }, encodedFolder: encoded });
  const before = readdirSync(encoded);
  symlinkSync(encoded, at('link'));
  const message = /encoded folder: expected a folder without inputs, got ".*enc\/?"; .*schema\.json is read and lies in it, and the folder is replaced: copy the file elsewhere/; // prettier-ignore
  const inside: [Source, object, string][] = [
    [join(encoded, 'schema.json'), {}, encoded],
    [at('link/schema.json'), {}, `${encoded}/`],
    [input, { valid: join(encoded, 'schema.json') }, at('sub/../enc')],
    [{ sql: `SELECT * FROM read_json('${encoded}/schema.json')` }, {}, encoded],
  ];
  for (const [source, options, encodedFolder] of inside)
    await expect(openDataset(source, { label: 'click', ...options, encodedFolder })).rejects.toThrow(message);
  expect(readdirSync(encoded)).toEqual(before);
  await openDataset(input, { label: 'click', encodedFolder: encoded, split: { by: 'none' }, limit: 20 }); // what is beside it may be read
});
