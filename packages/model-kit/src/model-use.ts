import { ConfigError, expected } from '@ctrflow/core';
import { modelBrand } from './contract';
import type { CtrModel } from './contract';

/** Who trains a model at the moment: its dense weights may live elsewhere than in the model's variables. */
export interface ModelTrainer {
  /** Writes the weights of now into the model's variables. */
  synchronize(): void;
}

/** What may be done with a model now. */
interface ModelUse {
  disposed: boolean;
  trainer: ModelTrainer | undefined;
  /** Counts the times that weights were changed as a whole: by a training that ended, or from outside. */
  version: number;
}

/** Shared by all installed copies of this package. */
const registry = globalThis as { [uses]?: WeakMap<CtrModel, ModelUse> };
const uses = Symbol.for('@ctrflow/model-uses');

/** @throws ConfigError when it is no model */
function useOf(model: CtrModel): ModelUse {
  if (!modelBrand.is(model)) {
    const hint = 'build one, as deepFM(data.schema), or load one with loadModel';
    throw new ConfigError(expected('model', 'a model of ctrflow', model, hint));
  }
  const known = (registry[uses] ??= new WeakMap());
  let use = known.get(model);
  if (use === undefined) {
    use = { disposed: false, trainer: undefined, version: 0 };
    known.set(model, use);
  }
  return use;
}

/** @throws ConfigError when it is no model, or one that was disposed of */
export function requireAlive(model: CtrModel): void {
  if (!useOf(model).disposed) return;
  const hint = 'build or load it anew, and dispose of it after its last use';
  throw new ConfigError(expected(`model ${model.name}`, 'a model in use', 'one that was disposed of', hint));
}

/** @throws ConfigError while a training holds the model */
export function requireUntrained(who: string, model: CtrModel): void {
  if (useOf(model).trainer === undefined) return;
  const hint = 'wait until that training has ended; a second training needs a model of its own';
  throw new ConfigError(expected(who, `a model ${model.name} that nothing trains`, 'one that is being trained', hint));
}

/**
 * Holds a model for a training, across engines, until {@link endTraining}.
 *
 * @throws ConfigError while another training holds it, or when it was disposed of
 */
export function beginTraining(who: string, model: CtrModel, trainer: ModelTrainer): void {
  requireAlive(model);
  requireUntrained(who, model);
  useOf(model).trainer = trainer;
}

/** Gives a model back; whoever predicts with it reads its weights anew. */
export function endTraining(model: CtrModel): void {
  useOf(model).trainer = undefined;
  weightsChanged(model);
}

/** Says that the weights of a model were set from outside. */
export function weightsChanged(model: CtrModel): void {
  useOf(model).version++;
}

/** Differs when the weights were changed as a whole in between. */
export function weightsVersion(model: CtrModel): number {
  return useOf(model).version;
}

/** Lets a training that holds the model write its weights into the variables: before they are read. */
export function synchronizeWeights(model: CtrModel): void {
  requireAlive(model);
  useOf(model).trainer?.synchronize();
}

/**
 * Marks a model as one that is gone.
 *
 * @returns false when it is gone already
 * @throws ConfigError while a training holds it
 */
export function beginDispose(model: CtrModel): boolean {
  const use = useOf(model);
  if (use.disposed) return false;
  requireUntrained('dispose', model);
  use.disposed = true;
  return true;
}
