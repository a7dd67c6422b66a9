import { defineBrand } from '@ctrflow/core';
import type { EncodedColumns, RawTable, Slot } from './columns';
import type { OnProblem } from './fields/problem';
import type { SchemaSpec, TargetSpec } from './spec';

/**
 * A fitted schema: the one object that training, serving and the browser encode raw rows with.
 *
 * Built by `fitSchema` / `SchemaFitter`, restored by `schemaFromJSON`.
 */
export interface FeatureSchema {
  /** The declaration it was fitted from, defaults filled in. */
  readonly spec: SchemaSpec;
  /** What a model sees, in the order of the declaration; each numeric field's indicator follows its value. */
  readonly slots: readonly Slot[];
  /** What is to be predicted, see `targetsOf`: the first one is the main one. */
  readonly targets: readonly TargetSpec[];
  /** Raw columns of the fields. */
  readonly inputs: readonly string[];
  /** Raw columns that {@link FeatureSchema.encode} reads: inputs, and targets, weight, group and time when declared. */
  readonly columns: readonly string[];
  /** 16 hex digits that change whenever an encoding changes: Fingerprint64 of the canonical JSON. */
  readonly fingerprint: string;
  /** Kept values by table, in the order of their rows. */
  readonly vocabularies: Readonly<Record<string, readonly string[]>>;
  /**
   * Encodes rows. Targets, weight, group and time are encoded when their columns are there.
   *
   * @param onProblem - hears of every value that cannot be encoded and goes on; the row is then to be dropped
   * @throws DataError for the first such value, with column and value, when nobody listens
   */
  encode(table: RawTable, onProblem?: OnProblem): EncodedColumns;
  /** Encodes one raw row or some, as a server gets them: the same code as {@link FeatureSchema.encode}. */
  encodeRows(rows: readonly Readonly<Record<string, unknown>>[]): EncodedColumns;
  /** Versioned JSON; a newer version of ctrflow still reads it. */
  toJSON(): unknown;
}

/** Tells a schema of any installed version from other objects. */
export const schemaBrand = defineBrand<FeatureSchema>('feature-schema');

/** Accumulates what a schema needs to know from data, in one pass, mergeable: `merge(fit(a), fit(b))` equals `fit(a ++ b)`. */
export interface SchemaFitter {
  readonly spec: SchemaSpec;
  /** @throws DataError for a value that cannot be read as declared, unless `onProblem` listens */
  add(table: RawTable, onProblem?: OnProblem): void;
  /**
   * Adds the values of a column of texts that were counted elsewhere (by a database, say), to every field that fits a vocabulary on it: `counts[i]` rows hold
   * `dictionary[i]`, of which no two are equal. The rows added by {@link SchemaFitter.add} then come without that column.
   */
  addCounts(column: string, dictionary: readonly (string | null)[], counts: Float64Array, onProblem?: OnProblem): void;
  /** Takes over everything that `other` has seen. */
  merge(other: SchemaFitter): void;
  /** The schema of everything added so far. */
  finish(): FeatureSchema;
}
