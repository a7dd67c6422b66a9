import { expected } from '@ctrflow/core';
import type { RawTable } from '../columns';
import { fingerprint64 } from '../fingerprint64';
import type { LabelSpec, SchemaSpec } from '../spec';
import type { Canonical } from '../text';
import { asText, plainNumber } from '../text';
import { timeParser } from '../time';
import type { Encoded } from './lookup';
import { DictionaryLookup } from './lookup';
import { NumberReader } from './number-column';
import type { OnProblem } from './problem';

/** What rows carry besides inputs; each is there when its column is. */
export interface EncodedRoles {
  label?: Float32Array;
  weight?: Float32Array;
  group?: Float64Array;
  time?: Float64Array;
}

/** Encodes label, sample weight, group and time. */
export interface RoleEncoder {
  readonly columns: readonly string[];
  encode(table: RawTable, onProblem: OnProblem): EncodedRoles;
}

/** The encoder of a schema's roles. */
export function roleEncoder(spec: SchemaSpec, canonical: Canonical): RoleEncoder {
  const encoders = [
    spec.label && lookupRole('label', spec.label.column, labelEncoding(spec.label, canonical), Float32Array),
    spec.weight === undefined ? undefined : weightRole(spec.weight, canonical),
    spec.group === undefined ? undefined : lookupRole('group', spec.group, groupEncoding(canonical), Float64Array),
    spec.time && lookupRole('time', spec.time.column, timeEncoding(spec.time, canonical), Float64Array),
  ].filter((encoder) => encoder !== undefined);
  return {
    columns: encoders.map(({ column }) => column),
    encode(table, onProblem) {
      const roles: EncodedRoles = {};
      for (const { column, write } of encoders)
        if (Object.hasOwn(table.columns, column)) write(table, roles, onProblem);
      return roles;
    },
  };
}

interface Role {
  readonly column: string;
  readonly write: (table: RawTable, roles: EncodedRoles, onProblem: OnProblem) => void;
}

function lookupRole<R extends 'label' | 'group' | 'time'>(
  role: R,
  column: string,
  encode: (text: string | null) => Encoded,
  type: new (length: number) => NonNullable<EncodedRoles[R]>,
): Role {
  const lookup = new DictionaryLookup(encode);
  return {
    column,
    write(table, roles, onProblem) {
      const raw = table.columns[column];
      const text = raw?.kind === 'list' ? undefined : asText(raw, column);
      if (text === undefined) {
        onProblem({ row: 0, column, value: 'a list', message: expected(role, 'one value a row', 'a list') });
        return;
      }
      const values = new type(table.numRows);
      lookup.write(text, column, values, onProblem);
      roles[role] = values;
    },
  };
}

function weightRole(column: string, canonical: Canonical): Role {
  const reader = new NumberReader('sample weight', column, canonical);
  return {
    column,
    write(table, roles, onProblem) {
      const values = reader.read(table.columns[column], table.numRows, onProblem);
      values.forEach((value, row) => {
        if (value >= 0) return;
        const message = expected('sample weight', 'a number >= 0', Number.isNaN(value) ? 'a missing value' : value);
        onProblem({ row, column, value: String(value), message });
      });
      roles.weight = Float32Array.from(values);
    },
  };
}

const POSITIVE = ['1', 'true', 'yes'];
const NEGATIVE = ['0', 'false', 'no'];

/** 1 for a positive value, 0 for a negative one. */
function labelEncoding({ positive, negative }: LabelSpec, canonical: Canonical): (text: string | null) => Encoded {
  const isPositive = positive === undefined ? anyCase(memberOf(POSITIVE)) : memberOf(positive);
  const others = positive === undefined ? anyCase(memberOf(NEGATIVE)) : () => true;
  const isNegative = negative === undefined ? others : memberOf(negative);
  const accepted = [...(positive ?? POSITIVE), ...(negative ?? (positive === undefined ? NEGATIVE : []))].join(', ');
  return (text) => {
    const value = canonical(text);
    if (value !== null && isPositive(value)) return 1;
    if (value !== null && isNegative(value)) return 0;
    const hint = 'declare the values that mean 1 as `positive`';
    return { message: expected('label', `one of ${accepted}`, value ?? 'a missing value', hint) };
  };
}

/** Numbers are compared as numbers: a typed source may give `1` what a text or a declaration has as `1.0`. */
function memberOf(values: readonly string[]): (value: string) => boolean {
  const set = new Set(values.map(plainNumber));
  return (value) => set.has(plainNumber(value));
}

function anyCase(is: (value: string) => boolean): (value: string) => boolean {
  return (value) => is(value.toLowerCase());
}

/** NaN for a row without a group: such rows are no group of their own. */
function groupEncoding(canonical: Canonical): (text: string | null) => Encoded {
  return (text) => {
    const value = canonical(text);
    return value === null ? NaN : fingerprint64(value).low53Bits();
  };
}

function timeEncoding({ format }: SchemaSpec['time'] & object, canonical: Canonical): (text: string | null) => Encoded {
  const parse = timeParser(format);
  return (text) => {
    const value = canonical(text);
    const time = value === null ? undefined : parse(value);
    return time ?? { message: expected('time', `a time of format ${format ?? 'iso'}`, value ?? 'a missing value') };
  };
}
