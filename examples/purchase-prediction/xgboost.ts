import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { RawColumn, RawTable } from '@ctrflow/features';

const root = resolve(import.meta.dirname, '../..');
const python = process.env.PYTHON ?? join(root, '.venv/bin/python');

/** What `purchase_xgboost.py` writes. */
export interface XGBoostResult {
  readonly depth: number;
  readonly bestRound: number;
  readonly trainLoss: readonly number[];
  readonly validLoss: readonly number[];
  /** Probabilities of the rows of each table. */
  readonly scores: Readonly<Record<string, readonly number[]>>;
}

/** Trains XGBoost on tables `train` and `valid` and scores all tables; undefined where Python is not set up (`tools/bench/setup xgboost`). */
export async function trainXGBoost(tables: Readonly<Record<string, RawTable>>): Promise<XGBoostResult | undefined> {
  if (!(await isSetUp())) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-purchases-'));
  try {
    for (const [name, table] of Object.entries(tables)) await writeFile(join(folder, `${name}.csv`), csvOf(table));
    await promisify(execFile)(python, [join(root, 'tools/bench/peers/purchase_xgboost.py'), folder]);
    return JSON.parse(await readFile(join(folder, 'scores.json'), 'utf8')) as XGBoostResult;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whether Python is there with what the script needs: an environment may have been made for something else. */
async function isSetUp(): Promise<boolean> {
  if (!existsSync(python)) return false;
  return promisify(execFile)(python, ['-c', 'import pandas, xgboost']).then(
    () => true,
    () => false,
  );
}

/** Label (0 where there is none), target and the columns of the window. */
function csvOf({ numRows, columns }: RawTable): string {
  const names = Object.keys(columns).filter((name) => name.includes('.'));
  const cell = (column: RawColumn, row: number): string => {
    if (column.kind === 'number') return String(column.values[row]);
    return column.kind === 'text' ? (column.dictionary[column.codes[row]] ?? '') : '';
  };
  const lines = [`label,target,${names.join(',')}`];
  for (let row = 0; row < numRows; row++) {
    const label = columns.bought === undefined ? '0' : cell(columns.bought, row);
    lines.push([label, cell(columns.target, row), ...names.map((name) => cell(columns[name], row))].join(','));
  }
  return `${lines.join('\n')}\n`;
}
