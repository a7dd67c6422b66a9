import { checkInteger, checkList, checkObject, emptyRecord, foldIn, permutation } from '@ctrflow/core';
import type { EncodedColumns } from '@ctrflow/features';
import { keptByRow } from './by-row';
import type { BatchOptions, RowSource } from './dataset';
import { concatColumns, cutRows, detached } from './memory';

/** Encoded rows that are stored in blocks and read when they are needed. */
export interface BlockStore {
  /** Rows of each block. */
  readonly numRows: readonly number[];
  /** Targets that the rows carry. */
  readonly targets: readonly string[];
  read(block: number): Promise<EncodedColumns>;
}

/**
 * Rows in blocks as a source of batches, in constant memory: at most three groups of `groupRows` rows (or one block, where that is more) are held at a time, the one that is
 * cut into batches, the next one, and its blocks while they are read. The next group is read ahead.
 *
 * Shuffling takes the blocks in a random order, puts as many as make `groupRows` into a group, and takes the rows of a group in a random order. One group that holds
 * everything is a global shuffle. Batch k is the same for the same key, wherever the epoch starts.
 */
export function rowsInBlocks(store: BlockStore, groupRows: number): RowSource {
  const who = 'rowsInBlocks';
  checkObject(who, 'a store of blocks', store, ['read']);
  checkList(who, 'the rows of each block for numRows', store.numRows);
  checkInteger(who, 'groupRows', groupRows, { min: 0 });
  const numRows = store.numRows.reduce((sum, rows) => sum + rows, 0);
  return { numRows, targets: store.targets, batches: (options) => batches(store, groupRows, options) };
}

interface Group {
  readonly blocks: readonly number[];
  readonly numRows: number;
}

async function* batches(store: BlockStore, groupRows: number, options: BatchOptions): AsyncGenerator<EncodedColumns> {
  const { batchSize, shuffle, startBatch = 0 } = options;
  const groups = groupBlocks(store, shuffle === undefined ? 0 : groupRows, options);
  let skip = startBatch * batchSize;
  let first = 0;
  while (first < groups.length && skip >= groups[first].numRows) skip -= groups[first++].numRows;

  let rest: EncodedColumns | undefined;
  let next = load(store, groups[first]);
  for (let g = first; g < groups.length; g++) {
    const loaded = await next;
    const rows = shuffle === undefined ? loaded : keptByRow(loaded);
    next = load(store, groups[g + 1]);
    const order = shuffle === undefined ? undefined : permutation(foldIn(shuffle, 'group', g), rows.numRows);
    const cut = (from: number, to: number): EncodedColumns => cutRows(rows, order, from, to);
    let from = g === first ? skip : 0;
    if (rest !== undefined) {
      const head = Math.min(rows.numRows, batchSize - rest.numRows);
      rest = concatColumns([rest, cut(0, head)]);
      from = head;
      if (rest.numRows < batchSize) continue;
      yield rest;
      rest = undefined;
    }
    for (; from + batchSize <= rows.numRows; from += batchSize) yield cut(from, from + batchSize);
    if (from < rows.numRows) rest = detached(cut(from, rows.numRows));
  }
  if (rest !== undefined) yield rest;
}

/** Blocks in the order of the epoch, as many to a group as have `groupRows` rows together, at least one. */
function groupBlocks({ numRows }: BlockStore, groupRows: number, { shuffle }: BatchOptions): Group[] {
  const order = shuffle === undefined ? numRows.keys() : permutation(foldIn(shuffle, 'blocks'), numRows.length);
  const groups: { blocks: number[]; numRows: number }[] = [];
  for (const block of order) {
    const last = groups.at(-1);
    if (last !== undefined && last.numRows + numRows[block] <= groupRows) {
      last.blocks.push(block);
      last.numRows += numRows[block];
    } else groups.push({ blocks: [block], numRows: numRows[block] });
  }
  return groups;
}

function load(store: BlockStore, group: Group | undefined): Promise<EncodedColumns> {
  if (group === undefined)
    return Promise.resolve({ numRows: 0, ids: emptyRecord(), values: emptyRecord(), lists: emptyRecord() });
  const loading = Promise.all(group.blocks.map((block) => store.read(block))).then(concatColumns);
  // Whoever awaits it later gets the error; until then it is not unhandled.
  loading.catch(() => undefined);
  return loading;
}
