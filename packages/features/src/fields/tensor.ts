import { expected, show } from '@ctrflow/core';
import type { EncodedTensor, RawColumn, TensorColumn, TensorDtype, TensorSlot } from '../columns';
import type { TensorFieldSpec } from '../spec';
import { isTooLarge } from '../text';
import type { FieldEncoder } from './encoder';
import type { OnProblem } from './problem';
import { columnOf, sourceColumn } from './encoder';

/** Numbers of one shape in every row, as they are. */
export function tensorEncoder(field: TensorFieldSpec): FieldEncoder {
  const { name, shape, missing } = field;
  const column = sourceColumn(field);
  const slot = tensorSlot(field);
  const size = sizeOf(shape);
  const isValid = validNumbers[slot.dtype];
  const who = `field "${name}"`;
  return {
    slots: [slot],
    columns: [column],
    encode(table, out, onProblem) {
      const { offsets, values } = numbersOf(columnOf(table, column), table.numRows, field, onProblem);
      const encoded = new arrays[slot.dtype](table.numRows * size);
      out.tensors[name] = encoded;
      const refuse = (row: number, what: string, value: string, hint?: string): void => {
        onProblem({ row, column, value, message: expected(who, what, value, hint) });
      };
      for (let row = 0; row < table.numRows; row++) {
        const [from, to] = [offsets[row], offsets[row + 1]];
        const whole = `${size} numbers of shape [${shape.join(', ')}]`;
        if (from === to && missing !== undefined) encoded.fill(missing, row * size, (row + 1) * size);
        else if (to - from !== size)
          refuse(row, whole, from === to ? 'none' : `${to - from}`, from === to ? 'set missing, or drop the row' : undefined); // prettier-ignore
        else copy(row, from);
      }

      function copy(row: number, from: number): void {
        for (let i = 0, at = row * size; i < size; i++, at++) {
          const value = values[from + i];
          if (isValid(value)) encoded[at] = value;
          else if (Number.isNaN(value) && missing !== undefined) encoded[at] = missing;
          else {
            refuse(row, wanted[slot.dtype], `${value} as number ${i + 1}`, Number.isNaN(value) ? 'set missing for numbers that miss' : undefined); // prettier-ignore
            return;
          }
        }
      }
    },
  };
}

/** @returns whether a number can be kept */
export const validNumbers: Readonly<Record<TensorDtype, (value: number) => boolean>> = {
  float32: (value) => !Number.isNaN(value) && !isTooLarge(value),
  uint8: (value) => value >= 0 && value <= 255 && Number.isInteger(value),
  int32: (value) => (value | 0) === value,
};

const wanted: Readonly<Record<TensorDtype, string>> = {
  float32: 'finite numbers within float32',
  uint8: 'whole numbers from 0 to 255',
  int32: 'whole numbers within int32',
};

const arrays: Readonly<Record<TensorDtype, new (length: number) => EncodedTensor>> = {
  float32: Float32Array,
  uint8: Uint8Array,
  int32: Int32Array,
};

function tensorSlot({ name, shape, dtype = 'float32', scale }: TensorFieldSpec): TensorSlot {
  return { kind: 'tensor', name, shape, dtype, ...(scale === undefined ? {} : { scale }) };
}

/** How many numbers a tensor of a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The numbers of every row; a text is JSON, an entry of a list a number or JSON itself. */
function numbersOf(
  column: RawColumn | undefined,
  numRows: number,
  field: TensorFieldSpec,
  onProblem: OnProblem,
): TensorColumn {
  if (column === undefined) return { kind: 'tensor', offsets: new Int32Array(numRows + 1), values: new Float64Array() };
  switch (column.kind) {
    case 'tensor':
      return column;
    case 'number':
      return tensorColumn(
        [...column.values].map((value) => (Number.isNaN(value) ? null : value)),
        field,
        onProblem,
      );
    case 'text':
      return tensorColumn(
        Array.from(column.codes, (code) => column.dictionary[code]),
        field,
        onProblem,
      );
    case 'list': {
      const { offsets, dictionary, codes } = column;
      const parsed = dictionary.map((text) => (text === null || text === '' ? NaN : fromText(text)));
      const rows = Array.from({ length: numRows }, (_, row) => Array.from(codes.subarray(offsets[row], offsets[row + 1]), (code) => parsed[code])); // prettier-ignore
      return tensorColumn(
        rows.map((row) => (row.length === 0 ? null : row)),
        field,
        onProblem,
      );
    }
  }
}

/**
 * Values of rows as a column: arrays, nested as the shape or flat, typed arrays, texts of JSON, null where one is missing.
 *
 * @param onProblem hears of values that hold anything but numbers, or are nested otherwise
 */
export function tensorColumn(rows: readonly unknown[], field: TensorFieldSpec, onProblem: OnProblem): TensorColumn {
  const column = sourceColumn(field);
  const flat = rows.map((value, row) => {
    const numbers: number[] = [];
    if (isMissing(value)) return numbers;
    const given = typeof value === 'string' ? fromText(value) : value;
    const problem = flatten(typeof given === 'number' ? [given] : given, field.shape, numbers);
    if (problem === undefined) return numbers;
    const what = `numbers of shape [${field.shape.join(', ')}], nested or flat`;
    onProblem({ row, column, value: problem, message: expected(`field "${field.name}"`, what, problem) });
    return new Array<number>(sizeOf(field.shape)).fill(0); // the row is dropped by who listens
  });
  const offsets = new Int32Array(rows.length + 1);
  flat.forEach((numbers, row) => {
    offsets[row + 1] = offsets[row] + numbers.length;
  });
  const values = new Float64Array(offsets[rows.length]);
  flat.forEach((numbers, row) => {
    values.set(numbers, offsets[row]);
  });
  return { kind: 'tensor', offsets, values };
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

/** What a text spells; the text itself where it is no JSON. */
function fromText(text: string): unknown {
  try {
    return JSON.parse(text.replaceAll(/\bNULL\b/g, 'null'));
  } catch {
    return text;
  }
}

/** Adds the numbers of a value to `out`; gives what is wrong with it. */
function flatten(value: unknown, shape: readonly number[], out: number[]): string | undefined {
  if (!isSequence(value)) return show(value);
  const isFlat = !Array.from(value).some(isSequence);
  if (isFlat) {
    for (const item of value) {
      if (item !== null && item !== undefined && typeof item !== 'number') return `${show(item)} among the numbers`;
      out.push(item ?? NaN);
    }
    return undefined;
  }
  const [length, ...inner] = shape;
  if (value.length !== length) return `${value.length} parts instead of ${length}`;
  for (const part of value) {
    const before = out.length;
    const problem = flatten(part, inner, out);
    if (problem !== undefined) return problem;
    if (out.length - before !== sizeOf(inner))
      return `parts of ${out.length - before} numbers instead of ${sizeOf(inner)}`;
  }
  return undefined;
}

function isSequence(value: unknown): value is ArrayLike<unknown> & Iterable<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
