import { expected } from '@ctrflow/core';
import type { EncodedList, ListColumn, ListSlot, RawColumn, RawTable } from '../columns';
import type { MultiHotFieldSpec, SequenceFieldSpec } from '../spec';
import { asText, parseNumber } from '../text';
import { FIRST_VALUE, MISSING, rowOf, tableOf } from './categorical';
import type { EncoderContext, FieldEncoder } from './encoder';
import { columnOf, sourceColumn } from './encoder';
import { DictionaryLookup } from './lookup';
import type { OnProblem } from './problem';
import { sessionLayout, sessionsOf } from './session-layout';
import type { SessionLayout } from './session-layout';

type ListField = SequenceFieldSpec | MultiHotFieldSpec;

/** Entries of a list when the declaration names no limit. */
export const DEFAULT_MAX_LENGTH = 50;
/** Separates the entries of a text when the declaration names no separator. */
export const DEFAULT_SEPARATOR = '^';

/** A sequence or a multi-hot set: ids of its entries, cut to the maximum length. */
export function listEncoder(field: ListField, context: EncoderContext): FieldEncoder {
  const column = sourceColumn(field);
  const vocabulary = context.vocabularyOf(tableOf(field));
  const lookup = new DictionaryLookup((text, code, dictionary) => {
    const value = context.canonical(text);
    return value === null ? MISSING : rowOf(vocabulary.find(value, code, dictionary));
  });
  const split = listSplitter(field);
  const weighted = isWeighted(field);
  const keepLast = field.kind === 'sequence' && field.keep !== 'first';
  const maxLength = field.maxLength ?? DEFAULT_MAX_LENGTH;
  const sessions = sessionsOf(field, context.spec.fields);
  const layout =
    sessions === undefined ? undefined : sessionLayout(field as SequenceFieldSpec, sessions, context, split);
  const slot = listSlot(field, maxLength, vocabulary.size + FIRST_VALUE);
  return {
    slots: [layout === undefined ? slot : sessionSlot(slot, layout)],
    columns: layout === undefined ? [column] : [column, layout.times],
    encode(table, out, onProblem) {
      const list = split(columnOf(table, column), table, onProblem);
      const ids = new Int32Array(list.codes.length);
      lookup.write({ kind: 'text', dictionary: list.dictionary, codes: list.codes }, column, ids, onProblem);
      const { offsets } = list;
      if (layout !== undefined) {
        out.lists[field.name] = layout.lay({ offsets, ids }, table, onProblem);
        return;
      }
      const weights = weighted ? (list.weights ?? new Float32Array(ids.length).fill(1)) : undefined;
      out.lists[field.name] = cut({ offsets, ids, ...(weights === undefined ? {} : { weights }) }, maxLength, keepLast);
    },
  };
}

function isWeighted(field: ListField): boolean {
  return field.kind === 'multi-hot' && field.weightSeparator !== undefined;
}

function listSlot(field: ListField, maxLength: number, numRows: number): ListSlot {
  return {
    kind: 'list',
    name: field.name,
    table: tableOf(field),
    numRows,
    maxLength,
    weighted: isWeighted(field),
    ...(field.embeddingDim === undefined ? {} : { embeddingDim: field.embeddingDim }),
    ...(field.kind === 'sequence' ? { history: field.history ?? field.name } : {}),
  };
}

function sessionSlot(slot: ListSlot, { settings: { maxSessions, maxSessionLength } }: SessionLayout): ListSlot {
  return { ...slot, maxLength: maxSessions * maxSessionLength, weighted: true, sessionLength: maxSessionLength };
}

/** Keeps at most `maxLength` entries of every list. */
function cut({ offsets, ids, weights }: EncodedList, maxLength: number, keepLast: boolean): EncodedList {
  const numRows = offsets.length - 1;
  const shorter = new Int32Array(numRows + 1);
  for (let row = 0; row < numRows; row++) {
    shorter[row + 1] = shorter[row] + Math.min(maxLength, offsets[row + 1] - offsets[row]);
  }
  const total = shorter[numRows];
  if (total === ids.length) return { offsets, ids, ...(weights === undefined ? {} : { weights }) };
  const kept = new Int32Array(total);
  const keptWeights = weights === undefined ? undefined : new Float32Array(total);
  for (let row = 0; row < numRows; row++) {
    const length = shorter[row + 1] - shorter[row];
    const from = keepLast ? offsets[row + 1] - length : offsets[row];
    kept.set(ids.subarray(from, from + length), shorter[row]);
    if (weights !== undefined) keptWeights?.set(weights.subarray(from, from + length), shorter[row]);
  }
  return { offsets: shorter, ids: kept, ...(keptWeights === undefined ? {} : { weights: keptWeights }) };
}

/** Gives a field's raw column as a list column: texts are split at the separator, lists are taken as they are (their entries may carry weights as text). */
export function listSplitter(
  field: ListField,
): (column: RawColumn | undefined, table: RawTable, onProblem: OnProblem) => ListColumn {
  const separator = field.separator ?? DEFAULT_SEPARATOR;
  const weightSeparator = field.kind === 'multi-hot' ? field.weightSeparator : undefined;
  const entriesOf = (value: string | null): readonly string[] =>
    value === null || value.trim() === '' ? [] : value.split(separator);

  return (column, { numRows }, onProblem) => {
    if (column?.kind === 'list' && (weightSeparator === undefined || column.weights !== undefined)) {
      if (weightSeparator !== undefined) checkWeights(column);
      return column;
    }
    const text = column?.kind === 'list' ? undefined : asText(column, field.name);
    const builder = new ListBuilder(numRows, weightSeparator !== undefined);
    for (let row = 0; row < numRows; row++) {
      if (column?.kind === 'list') {
        for (let i = column.offsets[row]; i < column.offsets[row + 1]; i++)
          addEntry(column.dictionary[column.codes[i]], row);
      } else if (text !== undefined) {
        for (const entry of entriesOf(text.dictionary[text.codes[row]])) addEntry(entry, row);
      }
      builder.endRow(row);
    }
    return builder.finish();

    function addEntry(entry: string | null, row: number): void {
      const at = weightSeparator === undefined || entry === null ? -1 : entry.lastIndexOf(weightSeparator);
      if (at < 0 || entry === null || weightSeparator === undefined) {
        builder.add(entry, 1);
        return;
      }
      const weight = parseNumber(entry.slice(at + weightSeparator.length).trim());
      if (weight !== undefined && weight >= 0) {
        builder.add(entry.slice(0, at), weight);
        return;
      }
      if (weight !== undefined) {
        refuseWeight(row, weight, entry);
        return;
      }
      const message = expected(`field "${field.name}"`, `entries of the form value${weightSeparator}weight`, entry);
      onProblem({ row, column: sourceColumn(field), value: entry, message });
    }

    /** A list is pooled as the mean under its weights: it would be divided by a sum near 0. */
    function refuseWeight(row: number, weight: number, value: string): void {
      const message = expected(`field "${field.name}"`, 'weights of entries that are numbers >= 0', weight);
      onProblem({ row, column: sourceColumn(field), value, message });
    }

    function checkWeights({ offsets, weights = new Float32Array() }: ListColumn): void {
      for (let row = 0; row < numRows; row++) {
        const wrong = weights.subarray(offsets[row], offsets[row + 1]).find((weight) => !(weight >= 0 && weight < Infinity)); // prettier-ignore
        if (wrong !== undefined) refuseWeight(row, wrong, String(wrong));
      }
    }
  };
}

/** Collects lists row by row, their entries dictionary-coded. */
class ListBuilder {
  private readonly dictionary: (string | null)[] = [];
  private readonly codeOf = new Map<string | null, number>();
  private readonly codes: number[] = [];
  private readonly weights: number[] | undefined;
  private readonly offsets: Int32Array;

  constructor(numRows: number, weighted: boolean) {
    this.offsets = new Int32Array(numRows + 1);
    this.weights = weighted ? [] : undefined;
  }

  add(value: string | null, weight: number): void {
    let code = this.codeOf.get(value);
    if (code === undefined) {
      code = this.dictionary.push(value) - 1;
      this.codeOf.set(value, code);
    }
    this.codes.push(code);
    this.weights?.push(weight);
  }

  endRow(row: number): void {
    this.offsets[row + 1] = this.codes.length;
  }

  finish(): ListColumn {
    const weights = this.weights === undefined ? {} : { weights: Float32Array.from(this.weights) };
    return {
      kind: 'list',
      offsets: this.offsets,
      dictionary: this.dictionary,
      codes: Int32Array.from(this.codes),
      ...weights,
    };
  }
}
