import type { RawColumn, RawTable, Slot } from '../columns';
import type { EncodedDraft } from '../draft';
import type { NumericStatistics } from '../numeric-summary';
import type { FieldSpec, SchemaSpec } from '../spec';
import type { Canonical } from '../text';
import type { VocabularyIndex } from '../vocabulary';
import type { OnProblem } from './problem';

/** What fitting leaves behind, all that encoders need besides the declaration: plain JSON. */
export interface FittedState {
  /** Kept values by table. */
  readonly vocabularies: Readonly<Record<string, readonly string[]>>;
  /** By numeric field. */
  readonly numbers: Readonly<Record<string, NumericStatistics>>;
}

/** What the encoder of a field may look at. */
export interface EncoderContext {
  readonly spec: SchemaSpec;
  readonly state: FittedState;
  readonly canonical: Canonical;
  /** The vocabulary of a table. */
  vocabularyOf(table: string): VocabularyIndex;
  fieldNamed(name: string): FieldSpec;
}

/** Encodes one field: the one implementation that training, serving and the browser call. */
export interface FieldEncoder {
  readonly slots: readonly Slot[];
  /** Raw columns that the field reads. */
  readonly columns: readonly string[];
  encode(table: RawTable, out: EncodedDraft, onProblem: OnProblem): void;
}

/** A raw column that may be absent from one row of a server's request, but not from a data set: absent means missing everywhere. */
export function columnOf(table: RawTable, name: string): RawColumn | undefined {
  return Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
}

/** Source column of a field that reads one. */
export function sourceColumn(field: { readonly name: string; readonly column?: string }): string {
  return field.column ?? field.name;
}
