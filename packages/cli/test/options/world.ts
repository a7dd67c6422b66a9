import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldIn, randomKey, uniformAt } from '@ctrflow/core';
import { readSafetensors } from '@ctrflow/embeddings/node';
import type { Ran } from '../run-main';

/** The folder of the tests of options: the files below, and a folder for each command line. */
export const root = mkdtempSync(join(tmpdir(), 'ctrflow-options-'));

/** A path in it. */
export const at = (name: string): string => join(root, name);

type Row = Readonly<Record<string, string>>;

const key = randomKey('options');
const NUM_ROWS = 300;

/** Rows whose clicks depend on user and price, so that a training learns something, with a column for every option. */
function rowsOf(part: string, change: (row: Row, i: number) => Row = (row) => row): Row[] {
  return Array.from({ length: NUM_ROWS }, (_, i) => {
    const draw = (what: string): number => uniformAt(foldIn(foldIn(key, part), what), i);
    const [user, price, day] = [Math.floor(draw('user') * 7), draw('price'), 1 + Math.floor(draw('day') * 12)];
    const two = (value: number): string => String(value).padStart(2, '0');
    const row = {
      click: draw('click') < 0.1 + 0.1 * user + 0.2 * price ? '1' : '0',
      late: draw('late') < 0.5 ? '1' : '0',
      user: `u${user}`,
      item: draw('item') < 0.1 ? 'n/k' : `i${Math.floor(draw('item 2') * 5)}`,
      price: price.toFixed(3),
      at: `2024-${two(1 + ((day * 5) % 12))}-${two(day)}`,
      reverse: `2024-${two(12 - ((day * 5) % 12))}-${two(13 - day)}`,
      w: String(1 + Math.floor(draw('w') * 3)),
      v: String(1 + Math.floor(draw('v') * 3)),
    };
    return change(row, i);
  });
}

function writeRows(name: string, rows: readonly Row[], delimiter = ',', header = true): void {
  const lines = rows.map((row) => Object.values(row).join(delimiter));
  writeFileSync(at(name), `${[...(header ? [Object.keys(rows[0]).join(delimiter)] : []), ...lines].join('\n')}\n`);
}

/** Writes the files that the options name. */
export function writeFiles(): void {
  const flipped = (row: Row): Row => ({ ...row, click: row.click === '1' ? '0' : '1' });
  const marked = (row: Row, i: number): Row => ({ mark: i % 3 === 0 ? '#a' : i % 2 === 0 ? '%b' : 'c', ...row });
  writeRows('clicks.csv', rowsOf('train'));
  writeRows('half.csv', rowsOf('train').slice(0, NUM_ROWS / 2));
  writeRows('other.csv', rowsOf('other'));
  writeRows('flipped.csv', rowsOf('other', flipped));
  writeRows('semicolons.csv', rowsOf('train'), ';');
  writeRows('no-header.csv', rowsOf('train'), ',', false);
  writeRows('marked.csv', rowsOf('train', marked));
  writeFileSync(at('broken.csv'), `${readFileSync(at('clicks.csv'), 'utf8')}1,0\n`);
  const schema = (...names: readonly string[]): string =>
    JSON.stringify({ fields: names.map((name) => ({ name, kind: 'categorical' })), label: { column: 'click' } });
  writeFileSync(at('one.json'), schema('user'));
  writeFileSync(at('two.json'), schema('user', 'item'));
  writeFileSync(at('hashed.yaml'), 'fields: [{name: user, kind: hashed, numBuckets: 3}]\n');
  writeFileSync(
    at('crossed.yaml'),
    'fields: [{name: user-item, kind: crossed, fields: [user, item], numBuckets: 9}]\n',
  );
  for (const epochs of [2, 3]) writeFileSync(at(`epochs-${epochs}.yaml`), `epochs: ${epochs}\n`);
}

/** What `summary.json` says. */
export interface Summary {
  readonly model: string;
  readonly rows: number;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly engine: string;
  readonly parameters: number;
  readonly valid: Readonly<Record<string, number>>;
  readonly test: Readonly<Record<string, number>>;
  readonly profile?: object;
}

/** What a training printed and left behind. */
export interface Trained extends Ran {
  readonly folder: string;
  readonly summary: Summary;
  readonly schema: { readonly vocabularies: Readonly<Record<string, readonly string[]>> };
  /** Updates of all epochs. */
  readonly steps: number;
  /** By their paths. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

let folders = 0;

/** A path of nothing. */
export function newPath(ending = ''): string {
  return at(`out-${folders++}${ending}`);
}

/** Reads the folder of a run; of a training that has not ended there is what it printed only. */
export async function readRun(folder: string, ran: Ran): Promise<Trained> {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  if (!existsSync(join(folder, 'summary.json'))) return { ...ran, folder } as Trained;
  const { tensors } = await readSafetensors(join(folder, 'model', 'weights.safetensors'));
  const lastEpoch = read('metrics.jsonl').trim().split('\n').at(-1) ?? '';
  return {
    ...ran,
    folder,
    summary: JSON.parse(read('summary.json')) as Summary,
    schema: JSON.parse(read('schema.json')) as Trained['schema'],
    steps: (JSON.parse(lastEpoch) as { readonly step: number }).step,
    weights: Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Array.from(data)])),
  };
}

/** Files below a folder. */
export function filesIn(folder: string): string[] {
  return existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]).sort() : [];
}
