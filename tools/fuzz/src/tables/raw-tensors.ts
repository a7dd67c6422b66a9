import type { FeatureSchema, FieldSpec } from '@ctrflow/features';
import { Tensor } from 'onnxruntime-node';
import type { Cell } from './cells';
import type { Columns } from './write-table';

/** Missing entries of a list that count are given as a blank; see the README of the export. */
const MISSING_ENTRY = ' ';

/**
 * The rows of a table as the inputs of an export with raw inputs, made by hand from what the README of the export says: texts trimmed, lists split and cut to their length. Undefined
 * where a list is longer than the file takes, which it refuses, or a text has the character NUL, at which ONNX Runtime for Node.js cuts it off.
 */
export function rawTensors(
  { spec }: FeatureSchema,
  table: Columns,
  wanted: readonly string[],
): ReadonlyMap<string, Tensor> | undefined {
  const tensors = new Map<string, Tensor>();
  const cellsOf = new Map(table.map(([name, cells]) => [name.trim(), cells])); // a header is read so
  const isNull = (text: string): boolean => text === '' || (spec.nullValues ?? []).includes(text);
  for (const field of spec.fields) {
    const name = ('column' in field ? field.column : undefined) ?? field.name;
    if (!wanted.includes(name)) continue;
    const texts = (cellsOf.get(name.trim()) ?? []).map((cell) => textOf(cell).trim());
    if (texts.some((text) => text.includes('\0'))) return undefined;
    if (field.kind === 'numeric') tensors.set(name, numbers(texts, isNull));
    else if (field.kind === 'categorical') tensors.set(name, new Tensor('string', texts, [texts.length, 1]));
    else if (!addLists(tensors, name, field, texts, isNull)) return undefined;
  }
  return tensors;
}

function textOf(cell: Cell): string {
  return cell === null ? '' : String(cell);
}

function numbers(texts: readonly string[], isNull: (text: string) => boolean): Tensor {
  const values = Float64Array.from(texts, (text) => (isNull(text) ? NaN : Number(text)));
  return new Tensor('float64', values, [texts.length, 1]);
}

function addLists(
  tensors: Map<string, Tensor>,
  name: string,
  field: FieldSpec,
  texts: readonly string[],
  isNull: (text: string) => boolean,
): boolean {
  const { separator = '^', weightSeparator, maxLength = 50 } = field as { separator?: string; weightSeparator?: string; maxLength?: number }; // prettier-ignore
  const rows = texts.map((text) => (isNull(text) ? [] : text.split(separator)));
  const T = Math.max(1, ...rows.map((row) => row.length));
  if (T > maxLength) return false;
  const entries = rows.map((row) => row.map((entry) => splitWeight(entry.trim(), weightSeparator)));
  const at = <A>(row: readonly (readonly [string, number])[], t: number, of: (pair: readonly [string, number]) => A, none: A): A => (t < row.length ? of(row[t]) : none); // prettier-ignore
  const places = entries.flatMap((row) => Array.from({ length: T }, (_, t) => ({ row, t })));
  const values = places.map(({ row, t }) => at(row, t, ([value]) => (isNull(value) ? MISSING_ENTRY : value), ''));
  tensors.set(name, new Tensor('string', values, [texts.length, T]));
  if (weightSeparator !== undefined) {
    const weights = Float32Array.from(places, ({ row, t }) => at(row, t, ([, weight]) => weight, 0));
    tensors.set(`${name}/weights`, new Tensor('float32', weights, [texts.length, T]));
  }
  return true;
}

function splitWeight(entry: string, separator: string | undefined): readonly [string, number] {
  const at = separator === undefined ? -1 : entry.lastIndexOf(separator);
  return at < 0 ? [entry, 1] : [entry.slice(0, at).trim(), Number(entry.slice(at + 1))];
}
