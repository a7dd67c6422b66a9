import { SchemaError, expected } from '@ctrflow/core';
import type { FeatureSchema, ListSlot } from '@ctrflow/features';

/** The columns of a history: one entry per event each. */
export interface HistoryColumns {
  readonly name: string;
  readonly columns: readonly ListSlot[];
}

/**
 * All histories of a schema, whether or not there is a target to compare them with.
 *
 * @throws SchemaError when there is none
 */
export function historyColumns({ slots }: FeatureSchema): HistoryColumns[] {
  const sequences = slots.filter((slot): slot is ListSlot & { history: string } => 'history' in slot);
  const names = [...new Set(sequences.map(({ history }) => history))];
  if (names.length > 0)
    return names.map((name) => ({ name, columns: sequences.filter(({ history }) => history === name) }));
  throw new SchemaError(expected('rnn', 'a sequence among the fields', 'none', 'give a field the kind "sequence"'));
}
