import { ConfigError, checkText, emptyRecord, expected, recordOf, suggest } from '@ctrflow/core';
import type { FeatureSchema } from '@ctrflow/features';
import type { CtrModel, ModelFactory } from '@ctrflow/model-kit';
import { packagedFactories } from './catalog';

/** Every factory by its name. Pass it to whatever loads a saved model of any kind. */
export const modelFactories: Readonly<Record<string, ModelFactory>> = recordOf(
  packagedFactories.map(({ factory }) => [factory.modelName, factory]),
);

/**
 * The factory of a name.
 *
 * @throws ConfigError for a name that no model has; the nearest one is suggested
 */
export function modelFactory(name: string): ModelFactory {
  checkText('zoo', 'the name of a model', name);
  const names = Object.keys(modelFactories);
  if (names.includes(name)) return modelFactories[name];
  const near = suggest(name, names);
  const hint = near === undefined ? undefined : `did you mean "${near}"?`;
  throw new ConfigError(expected('zoo', `a model among ${names.join(', ')}`, name, hint));
}

/**
 * Builds a model by name.
 *
 * @example
 * const model = createModel('deepfm', data.schema, { hiddenUnits: [64, 32] });
 *
 * @throws ConfigError for an unknown name or option
 */
export function createModel(
  name: string,
  schema: FeatureSchema,
  options: Readonly<Record<string, unknown>> = emptyRecord(),
): CtrModel {
  return modelFactory(name)(schema, options);
}
