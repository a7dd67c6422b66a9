import { SchemaError, expected } from '@ctrflow/core';
import type { FeatureSchema, ListSlot } from '@ctrflow/features';

/**
 * The columns of each history of a schema, one entry per event each, whether or not there is a target to compare them with.
 *
 * @throws SchemaError when there is no history
 */
export function historyColumns({ slots }: FeatureSchema): ListSlot[][] {
  const sequences = slots.filter((slot): slot is ListSlot & { history: string } => 'history' in slot);
  const names = [...new Set(sequences.map(({ history }) => history))];
  if (names.length > 0) return names.map((name) => sequences.filter(({ history }) => history === name));
  throw new SchemaError(expected('rnn', 'a sequence among the fields', 'none', 'give a field the kind "sequence"'));
}
