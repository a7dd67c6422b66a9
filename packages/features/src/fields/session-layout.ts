import { expected } from '@ctrflow/core';
import type { EncodedList, ListColumn, RawTable } from '../columns';
import { TIMES_IN_ORDER, divided, firstOutOfOrder, sessionSettings } from '../sessions';
import type { Session, SessionOptions } from '../sessions';
import type { FieldSpec, SequenceFieldSpec, SessionsSpec } from '../spec';
import { timeParser } from '../time';
import type { EncoderContext } from './encoder';
import { columnOf } from './encoder';
import { DictionaryLookup } from './lookup';
import type { OnProblem } from './problem';

/** Takes a raw column apart into lists. */
export type SplitColumn = (
  column: RawTable['columns'][string] | undefined,
  table: RawTable,
  onProblem: OnProblem,
) => ListColumn;

/** How a field's sessions are declared: by itself, or by another column of its history. */
export function sessionsOf(field: FieldSpec, fields: readonly FieldSpec[]): SessionsSpec | undefined {
  if (field.kind !== 'sequence') return undefined;
  if (field.sessions !== undefined || field.history === undefined) return field.sessions;
  const declared = fields.find((other) => other.kind === 'sequence' && other.history === field.history && other.sessions !== undefined); // prettier-ignore
  return (declared as SequenceFieldSpec | undefined)?.sessions;
}

/** Puts the entries of a history's column into the places of its sessions. */
export interface SessionLayout {
  readonly settings: Required<SessionOptions>;
  /** Column of the times. */
  readonly times: string;
  /** K T places at most: session k has the places k T to (k + 1) T, events first, then id 0 with weight 0. A list ends with its latest event. */
  lay(list: EncodedList, table: RawTable, onProblem: OnProblem): EncodedList;
}

/** @param split - takes the column of times apart, as the field's own column */
export function sessionLayout(
  field: SequenceFieldSpec,
  { times, timeFormat, ...options }: SessionsSpec,
  { spec, canonical }: EncoderContext,
  split: SplitColumn,
): SessionLayout {
  const who = `field "${field.name}"`;
  const settings = sessionSettings(options);
  const format = timeFormat ?? spec.time?.format ?? 'iso';
  const parse = timeParser(format);
  const lookup = new DictionaryLookup((text) => {
    const value = canonical(text);
    const time = value === null ? undefined : parse(value);
    return time ?? { message: expected(who, `times of format ${format}`, value ?? 'a missing value') };
  });
  return {
    settings,
    times,
    lay(list, table, onProblem) {
      const given = split(columnOf(table, times), table, onProblem);
      const rows = rowOfEntry(given.offsets);
      const milliseconds = new Float64Array(given.codes.length);
      const codes = { kind: 'text' as const, dictionary: given.dictionary, codes: given.codes };
      lookup.write(codes, times, milliseconds, (problem) => {
        onProblem({ ...problem, row: rows[problem.row] });
      });
      const sessionsOfRow = (row: number): readonly Session[] => {
        const own = milliseconds.subarray(given.offsets[row], given.offsets[row + 1]);
        const numEvents = list.offsets[row + 1] - list.offsets[row];
        const report = (what: string, got: number): void => {
          onProblem({ row, column: times, value: String(got), message: expected(who, what, got) });
        };
        if (own.length !== numEvents) report(`${numEvents} times in "${times}", one for each event`, own.length);
        const late = firstOutOfOrder(own);
        if (late >= 0) report(`${TIMES_IN_ORDER}, in "${times}"`, own[late]);
        return own.length === numEvents && late < 0 ? divided(own, settings) : [];
      };
      return laidOut(list, sessionsOfRow, settings.maxSessionLength);
    },
  };
}

/** The row that each entry of a list column is in. */
function rowOfEntry(offsets: Int32Array): Int32Array {
  const rows = new Int32Array(offsets[offsets.length - 1]);
  for (let row = 0; row + 1 < offsets.length; row++) rows.fill(row, offsets[row], offsets[row + 1]);
  return rows;
}

function laidOut(
  { offsets, ids }: EncodedList,
  sessionsOfRow: (row: number) => readonly Session[],
  T: number,
): EncodedList {
  const numRows = offsets.length - 1;
  const sessions = Array.from({ length: numRows }, (_, row) => sessionsOfRow(row));
  const places = new Int32Array(numRows + 1);
  sessions.forEach((own, row) => {
    const latest = own.at(-1);
    places[row + 1] = places[row] + (latest === undefined ? 0 : (own.length - 1) * T + latest.to - latest.from);
  });
  const laid = new Int32Array(places[numRows]);
  const weights = new Float32Array(places[numRows]);
  sessions.forEach((own, row) => {
    own.forEach(({ from, to }, k) => {
      const at = places[row] + k * T;
      laid.set(ids.subarray(offsets[row] + from, offsets[row] + to), at);
      weights.fill(1, at, at + to - from);
    });
  });
  return { offsets: places, ids: laid, weights };
}
