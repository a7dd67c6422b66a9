/** Compares what a run was begun with, as its `config.json` says it, with what it is to go on with. */
import { readFile } from 'node:fs/promises';
import { SerializationError, TrainingError, emptyRecord, expected, mergeRecords } from '@ctrflow/core';
import type { RowsDigest } from '../rows-digest';
import type { RunConfig } from '../run-store';

/** By part; null: there is no such part. */
type Digests = Readonly<Record<string, RowsDigest | null>>;

/** `data` of a configuration. */
interface DataConfig {
  readonly schema: string;
  readonly rows: number;
  /** Absent in runs of versions up to 0.1. */
  readonly digests?: Digests;
}

/**
 * Lets a run go on only as the training that it is.
 *
 * @throws TrainingError naming what differs; SerializationError when the file is damaged
 */
export async function requireSameConfig(path: string, config: RunConfig): Promise<void> {
  const old = parseConfig(path, await readFile(path, 'utf8'));
  const now = JSON.parse(JSON.stringify(config)) as RunConfig;
  const [{ digests: oldRows, ...oldData }, { digests: rows, ...data }] = [
    old.data as DataConfig,
    now.data as DataConfig,
  ];
  const differs = Object.keys(now).filter((part) =>
    part === 'data' ? !same(oldData, data) : !same(old[part], now[part]),
  );
  if (differs.length > 0) {
    const hint = `${differs.join(' and ')} differ from ${path}; a run is resumed with the options that began it`;
    throw new TrainingError(expected('run folder', 'the training that began here', 'another one', hint));
  }
  const changes = oldRows === undefined ? [] : changesOf(oldRows, rows ?? emptyRecord());
  if (changes.length > 0) {
    const hint = 'resume with the data that the run began with, or begin again in another folder';
    throw new TrainingError(`run folder: expected the rows that the training began with, got ${changes.join(' and ')} (digests in ${path}); ${hint}`); // prettier-ignore
  }
}

/** Says of each part of the data what of its rows is another. */
function changesOf(old: Digests, now: Digests): string[] {
  return Object.keys(old).flatMap((part) => {
    const [before, after] = [old[part], now[part] ?? null];
    if (before === null || after === null) {
      if (before === after) return [];
      return [before === null ? `${part} rows where there were none` : `no ${part} rows`];
    }
    const kinds = Object.keys(mergeRecords(before, after));
    const changed = kinds.filter((kind) => before[kind] !== after[kind]);
    return changed.length === 0 ? [] : [`other ${changed.join(', ')} in the ${part} rows`];
  });
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function parseConfig(path: string, text: string): RunConfig {
  try {
    return JSON.parse(text) as RunConfig;
  } catch (error) {
    const hint = 'the file is damaged; begin again in another folder';
    throw new SerializationError(`${path}: expected JSON, got damaged text; ${hint}`, { cause: error });
  }
}
