import type { RowSource } from '@ctrflow/data';
import type { EncodedColumns, FeatureSchema, Slot } from '@ctrflow/features';
import type { ReportTable } from '@ctrflow/report';
import { formatCount } from '../output/format';

const BATCH = 8192;

/** Running counts of one slot. */
interface SlotCounts {
  readonly slot: Slot;
  readonly counts: Map<number, number>;
  entries: number;
  sum: number;
  squares: number;
  min: number;
  max: number;
}

/** What the rows that a model is judged on hold, field by field, as the model sees them: values seen, missing, unknown in training, the most frequent one. */
export async function fieldStatistics(schema: FeatureSchema, rows: RowSource): Promise<ReportTable> {
  const all = schema.slots.map((slot): SlotCounts => ({
    slot,
    counts: new Map(),
    entries: 0,
    sum: 0,
    squares: 0,
    min: Infinity,
    max: -Infinity,
  }));
  for await (const batch of rows.batches({ batchSize: BATCH })) for (const counts of all) count(counts, batch);
  return {
    title: 'The fields',
    header: ['field', 'kind', 'table rows', 'values seen', 'missing', 'unknown', 'most frequent, or mean ± deviation'],
    rows: all.map((counts) => describe(schema, counts, rows.numRows)),
  };
}

function count(into: SlotCounts, { numRows, ids, values, lists }: EncodedColumns): void {
  const { slot, counts } = into;
  if (slot.kind === 'value') {
    for (const value of values[slot.name].subarray(0, numRows)) {
      into.sum += value;
      into.squares += value * value;
      into.min = Math.min(into.min, value);
      into.max = Math.max(into.max, value);
    }
    return;
  }
  if (slot.kind === 'tensor') return;
  const list = slot.kind === 'list' ? lists[slot.name] : undefined;
  const found = list === undefined ? ids[slot.name].subarray(0, numRows) : list.ids.subarray(0, list.offsets[numRows]);
  into.entries += found.length;
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1);
}

function describe(schema: FeatureSchema, counts: SlotCounts, numRows: number): string[] {
  const { slot } = counts;
  if (slot.kind === 'value') {
    const mean = counts.sum / numRows;
    const deviation = Math.sqrt(Math.max(0, counts.squares / numRows - mean * mean));
    const range = `${short(counts.min)} to ${short(counts.max)}`;
    return [slot.name, 'number', '', '', '', '', `${short(mean)} ± ${short(deviation)}, ${range}`];
  }
  if (slot.kind === 'tensor') return [slot.name, `tensor [${slot.shape.join(', ')}]`, '', '', '', '', ''];
  const vocabulary = schema.vocabularies[slot.table];
  const reserved = vocabulary === undefined ? 1 : slot.numRows - vocabulary.length;
  const share = (n: number): string => (n === 0 ? '' : `${((100 * n) / Math.max(1, counts.entries)).toFixed(1)} %`);
  const known = [...counts.counts].filter(([id]) => id >= reserved).sort(([, a], [, b]) => b - a);
  const [top] = known;
  const name = top === undefined ? '' : (vocabulary?.[top[0] - reserved] ?? `row ${top[0]}`);
  return [
    slot.name,
    slot.kind === 'list' ? `list, ${short(counts.entries / numRows)} on average` : 'value',
    formatCount(slot.numRows),
    formatCount(known.length),
    reserved > 0 && slot.kind === 'id' ? share(counts.counts.get(0) ?? 0) : '',
    reserved > 1 ? share(counts.counts.get(1) ?? 0) : '',
    top === undefined ? '' : `${name} (${share(top[1])})`,
  ];
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
