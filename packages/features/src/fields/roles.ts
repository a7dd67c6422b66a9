import { emptyRecord, expected } from '@ctrflow/core';
import type { RawTable } from '../columns';
import { fingerprint64 } from '../fingerprint64';
import type { BinaryTargetSpec, ClassTargetSpec, SchemaSpec, TargetSpec } from '../spec';
import { LABEL, targetColumn, targetsOf } from '../targets';
import type { Canonical } from '../text';
import { asText, plainNumber } from '../text';
import { timeParser } from '../time';
import type { Encoded } from './lookup';
import { DictionaryLookup } from './lookup';
import { NumberReader } from './number-column';
import type { OnProblem } from './problem';

/** What rows carry besides inputs; each is there when its column is. */
export interface EncodedRoles {
  targets?: Record<string, Float32Array>;
  weight?: Float32Array;
  group?: Float64Array;
  time?: Float64Array;
}

/** Encodes targets, sample weight, group and time. */
export interface RoleEncoder {
  readonly columns: readonly string[];
  encode(table: RawTable, onProblem: OnProblem): EncodedRoles;
}

/** The encoder of a schema's roles. */
export function roleEncoder(spec: SchemaSpec, canonical: Canonical): RoleEncoder {
  const encoders = [
    ...targetsOf(spec).map((target) => targetRole(target, canonical)),
    spec.weight === undefined ? undefined : weightRole(spec.weight, canonical),
    spec.group === undefined ? undefined : lookupRole('group', spec.group, groupEncoding(canonical)),
    spec.time && lookupRole('time', spec.time.column, timeEncoding(spec.time, canonical)),
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

function lookupRole(role: 'group' | 'time', column: string, encode: (text: string | null) => Encoded): Role {
  const read = textReader(role, column, encode);
  return {
    column,
    write(table, roles, onProblem) {
      roles[role] = read(table, new Float64Array(table.numRows), onProblem);
    },
  };
}

/** Reads one value a row, as what its text encodes to; a column of lists is a problem. */
function textReader(
  who: string,
  column: string,
  encode: (text: string | null) => Encoded,
): <A extends Float32Array | Float64Array>(table: RawTable, out: A, onProblem: OnProblem) => A {
  const lookup = new DictionaryLookup(encode);
  return (table, out, onProblem) => {
    const raw = table.columns[column];
    const text = raw?.kind === 'list' ? undefined : asText(raw, column);
    if (text === undefined)
      onProblem({ row: 0, column, value: 'a list', message: expected(who, 'one value a row', 'a list') });
    else lookup.write(text, column, out, onProblem);
    return out;
  };
}

function targetRole(target: TargetSpec, canonical: Canonical): Role {
  const column = targetColumn(target);
  const who = target.name === LABEL ? LABEL : `target "${target.name}"`;
  const read = target.kind === 'number' ? numbersReader(who, column, target, canonical) : textsReader(who, column, target, canonical); // prettier-ignore
  return {
    column,
    write(table, roles, onProblem) {
      (roles.targets ??= emptyRecord())[target.name] = read(table, onProblem);
    },
  };
}

type ReadTarget = (table: RawTable, onProblem: OnProblem) => Float32Array;

function textsReader(
  who: string,
  column: string,
  target: BinaryTargetSpec | ClassTargetSpec,
  canonical: Canonical,
): ReadTarget {
  const encode =
    target.kind === 'binary' ? labelEncoding(who, target, canonical) : classEncoding(who, target, canonical);
  const read = textReader(who, column, encode);
  return (table, onProblem) => read(table, new Float32Array(table.numRows), onProblem);
}

function numbersReader(
  who: string,
  column: string,
  { required = false }: TargetSpec,
  canonical: Canonical,
): ReadTarget {
  const reader = new NumberReader(who, column, canonical);
  return (table, onProblem) => {
    const values = reader.read(table.columns[column], table.numRows, onProblem);
    values.forEach((value, row) => {
      if (!required || !Number.isNaN(value)) return;
      onProblem({ row, column, value: '', message: expected(who, 'a number', 'a missing value') });
    });
    return Float32Array.from(values);
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

/** 1 for a positive value, 0 for a negative one, NaN for a missing one that is none of both and may miss. */
function labelEncoding(
  who: string,
  { positive, negative, required = false }: BinaryTargetSpec,
  canonical: Canonical,
): (text: string | null) => Encoded {
  const isPositive = positive === undefined ? anyCase(memberOf(POSITIVE)) : memberOf(positive);
  const others = positive === undefined ? anyCase(memberOf(NEGATIVE)) : () => true;
  const isNegative = negative === undefined ? others : memberOf(negative);
  const accepted = [...(positive ?? POSITIVE), ...(negative ?? (positive === undefined ? NEGATIVE : []))].join(', ');
  return (text) => {
    const value = canonical(text);
    if (value === null && !required) return NaN;
    if (value !== null && isPositive(value)) return 1;
    if (value !== null && isNegative(value)) return 0;
    const hint = 'declare the values that mean 1 as `positive`';
    return { message: expected(who, `one of ${accepted}`, value ?? 'a missing value', hint) };
  };
}

/** The place of a text among the classes. */
function classEncoding(
  who: string,
  { classes, required = false }: ClassTargetSpec,
  canonical: Canonical,
): (text: string | null) => Encoded {
  const places = new Map(classes.map((name, place) => [plainNumber(name), place]));
  return (text) => {
    const value = canonical(text);
    if (value === null && !required) return NaN;
    const place = value === null ? undefined : places.get(plainNumber(value));
    if (place !== undefined) return place;
    const hint = 'declare every class in `classes`';
    return { message: expected(who, `one of ${classes.join(', ')}`, value ?? 'a missing value', hint) };
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
