import { ConfigError } from '@ctrflow/core';
import type { Split } from '@ctrflow/data';
import { schemaBrand } from '@ctrflow/features';
import type { FeatureSchema, SchemaSpec } from '@ctrflow/features';
import type { dataOptions } from '../args/data-options';
import type { Values } from '../args/option';
import type { trainingOptions } from '../args/training-options';

/** The options of early stopping. */
export type MonitorOptions = Pick<typeof trainingOptions, 'monitor' | 'patience'>;

/**
 * Says before anything is read what early stopping would miss: rows to validate on, and groups for GAUC.
 *
 * @throws ConfigError
 */
export function checkMonitor(
  who: string,
  { monitor, patience, valid }: Values<typeof dataOptions & MonitorOptions>,
  { split, schema }: { readonly split: Split | undefined; readonly schema: SchemaSpec | FeatureSchema | undefined },
): void {
  const watched = monitor !== undefined ? '--monitor' : patience !== undefined ? '--patience' : undefined;
  const validates = valid !== undefined || split === undefined || (split.by === 'leave-last-out' || (split.by !== 'none' && split.valid > 0)); // prettier-ignore
  if (watched !== undefined && !validates)
    throw new ConfigError(`${who}: expected rows to validate on with ${watched}, got none; give --valid FILE or a share valid of --split`); // prettier-ignore
  const spec = schemaBrand.is(schema) ? schema.spec : schema;
  if (monitor?.includes('gauc') === true && spec?.group === undefined)
    throw new ConfigError(`${who}: expected a group with --monitor ${monitor}, got none; give --group COLUMN`);
}
