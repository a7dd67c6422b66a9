import {
  add,
  fill,
  keep,
  mul,
  sum,
  square,
  tensor,
  tensor2d,
  tidy,
  valueAndGrads,
  variable,
} from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { loadBackend } from '@ctrflow/backends';
import type { BackendName } from '@ctrflow/backends';
import { repairGradients } from '@ctrflow/compiler';
import { SerializationError, expected, fillDropoutMask, foldIn, mapRecord, recordOf } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { NamedArrays } from '@ctrflow/embeddings';
import { LABEL, targetValues } from '@ctrflow/features';
import type { EncodedColumns } from '@ctrflow/features';
import { withStep } from '@ctrflow/layers';
import type { StepContext } from '@ctrflow/layers';
import { Feeder, feedTensor, outputsOf, rowFeedsOf } from '@ctrflow/model-kit';
import type { CtrModel, NamedWeight, RowGradients } from '@ctrflow/model-kit';
import type { StepEngine, StepInputs, StepResult, StepSettings } from './engine';
import { stepLoss } from './loss';
import { slotsOf, stepScalars, updatedWeight } from './optimizers';
import { prepareWith } from './prepared-model';
import type { ModelRunner } from './prepared-model';
import { rowWeights } from './row-weights';

/** Options of {@link eagerEngine}. */
export interface EagerEngineOptions {
  /** Default `auto`: the one that is set, else the best one installed. */
  readonly backend?: BackendName | 'auto';
}

/**
 * Runs models op by op on a tfjs backend. On plain `cpu` that is slow (about 1 GFLOP/s): for small networks, browsers, and as the truth that other engines are
 * compared with.
 */
export function eagerEngine({ backend = 'auto' }: EagerEngineOptions = {}): StepEngine {
  return {
    name: 'eager',
    prepare: (model, settings) =>
      prepareWith(model, settings, async () => {
        repairGradients();
        const name = await loadBackend(backend);
        return new EagerModel(model, settings, `eager/${name}`);
      }),
  };
}

/** A trainable weight with the state of its optimizer. */
interface TrainedWeight extends NamedWeight {
  readonly slots: readonly { readonly name: string; readonly variable: Variable }[];
}

class EagerModel implements ModelRunner {
  private readonly feeder: Feeder;
  private readonly trained: readonly TrainedWeight[];
  private readonly rowFeeds: readonly string[];

  constructor(
    private readonly model: CtrModel,
    private readonly settings: StepSettings | undefined,
    readonly engine: string,
  ) {
    this.feeder = new Feeder(model);
    this.rowFeeds = rowFeedsOf(model);
    this.trained = settings === undefined ? [] : this.prepareTraining(settings);
  }

  trainStep(batch: EncodedColumns, inputs: StepInputs): Promise<StepResult> {
    const { settings } = this;
    if (settings === undefined) throw new TypeError('trainStep: a model that predicts');
    const { loss, weight, rowGradients } = this.gradientsAndUpdate(batch, inputs, settings);
    this.feeder.update(rowGradients.gradients, { ...inputs, gradientScale: rowGradients.scale });
    settings.clock?.lap('tables');
    return Promise.resolve({ loss, weight });
  }

  logits(batch: EncodedColumns): Promise<Float32Array> {
    const logits = tidy(() => {
      const step: StepContext = { training: false, dropoutMask: () => fill([1], 1) };
      return withStep(step, () => this.model.forward(this.feedTensors(batch)));
    });
    const values = logits.dataSync<'float32'>();
    logits.dispose();
    return Promise.resolve(values);
  }

  optimizerState(): NamedArrays {
    return recordOf(
      this.trained.flatMap(({ path, slots }) =>
        slots.map(({ name, variable: slot }): [string, Float32Array] => [
          `${path}:${name}`,
          slot.dataSync<'float32'>().slice(),
        ]),
      ),
    );
  }

  setOptimizerState(state: NamedArrays): void {
    for (const { path, slots } of this.trained) {
      for (const { name, variable: slot } of slots) {
        const values = state[`${path}:${name}`];
        if (values?.length !== slot.size) {
          throw new SerializationError(
            expected('optimizer', `${slot.size} numbers for ${path}:${name}`, values?.length),
          );
        }
        tidy(() => {
          slot.assign(tensor(values.slice(), slot.shape));
        });
      }
    }
  }

  synchronize(): void {
    // The model's variables are the weights.
  }

  reload(): void {
    // The model's variables are the weights.
  }

  release(): void {
    for (const { slots } of this.trained) for (const { variable: slot } of slots) slot.dispose();
  }

  private prepareTraining(settings: StepSettings): TrainedWeight[] {
    for (const group of this.model.groups) {
      if (JSON.stringify(group.optimizer) !== JSON.stringify(settings.tableOptimizer))
        group.useOptimizer(settings.tableOptimizer);
    }
    return this.model.weights
      .filter(({ trainable }) => trainable)
      .map((weight) => ({
        ...weight,
        slots: slotsOf(settings.optimizer).map(({ name, initial }) => {
          const begin = fill(weight.variable.shape, initial);
          const slot = variable(begin, false);
          begin.dispose();
          return { name, variable: slot };
        }),
      }));
  }

  /** Gradients of weights and rows; weights are updated here, rows by the caller. */
  private gradientsAndUpdate(
    batch: EncodedColumns,
    inputs: StepInputs,
    settings: StepSettings,
  ): StepResult & { readonly rowGradients: { readonly gradients: RowGradients; readonly scale: number } } {
    const weights = rowWeights(batch, settings.classWeights);
    const kept = tidy(() => {
      const feeds = this.feedTensors(batch, foldIn(settings.key, 'feeds', inputs.step));
      settings.clock?.lap('gather');
      const labels = tensor2d(targetValues(batch, LABEL) ?? new Float32Array(), [batch.numRows, 1]);
      const rows = this.rowFeeds.map((name) => feeds[name]);
      const step: StepContext = {
        training: true,
        dropoutMask: dropoutMasks(foldIn(settings.key, 'dropout', inputs.step)),
      };
      const lossOf = (): Scalar =>
        withStep(step, () => stepLoss(outputsOf(this.model, feeds), labels, tensor2d(weights, [batch.numRows, 1])));
      const { value, grads } = valueAndGrads(lossOf)([...this.trained.map((weight) => weight.variable), ...rows]);
      const dense = this.trained.map((weight, i) => this.regularized(weight, grads[i], settings));
      const norm = dense.reduce(
        (total, gradient) => total + (settings.clipNorm === undefined ? 0 : squaredNorm(gradient)),
        0,
      );
      return {
        loss: keep(value),
        dense: dense.map((gradient) => keep(gradient)),
        rows: grads.slice(dense.length).map((gradient) => keep(gradient)),
        norm,
      };
    });
    const gradients = recordOf(this.rowFeeds.map((name, i) => [name, kept.rows[i].dataSync<'float32'>()]));
    const scale = this.clipScale(kept.norm, gradients, settings.clipNorm);
    this.updateDense(kept.dense, scale, inputs, settings);
    const loss = kept.loss.dataSync()[0];
    for (const used of [kept.loss, ...kept.dense, ...kept.rows]) used.dispose();
    settings.clock?.lap('graph');
    return { loss, weight: weights.reduce((total, weight) => total + weight, 0), rowGradients: { gradients, scale } };
  }

  private regularized({ variable: weight, role }: NamedWeight, gradient: Tensor, { l2 }: StepSettings): Tensor {
    return l2[role] === 0 ? gradient : add(gradient, mul(weight, l2[role]));
  }

  /** Clipping by the global norm, tables and regularizers included: `clip / (norm + 1e-6)` when the norm is larger, as PyTorch. */
  private clipScale(denseSquaredNorm: number, gradients: RowGradients, clipNorm: number | undefined): number {
    if (clipNorm === undefined) return 1;
    const norm = Math.sqrt(denseSquaredNorm + this.feeder.gradientSquaredNorm(gradients));
    return Math.min(1, clipNorm / (norm + 1e-6));
  }

  private updateDense(
    gradients: readonly Tensor[],
    scale: number,
    inputs: StepInputs,
    { optimizer }: StepSettings,
  ): void {
    const scalars = stepScalars(optimizer, inputs);
    tidy(() => {
      this.trained.forEach(({ variable: weight, slots }, i) => {
        const gradient = scale === 1 ? gradients[i] : mul(gradients[i], scale);
        const updated = updatedWeight(optimizer, weight, gradient, slots.map((slot) => slot.variable), scalars); // prettier-ignore
        weight.assign(updated.weight);
        slots.forEach((slot, k) => {
          slot.variable.assign(updated.slots[k]);
        });
      });
    });
  }

  private feedTensors(batch: EncodedColumns, key?: RandomKey): Record<string, Tensor> {
    return mapRecord(this.feeder.feed(batch, key), feedTensor);
  }
}

/** Masks as a function of (step's key, layer path, element). */
function dropoutMasks(key: RandomKey): StepContext['dropoutMask'] {
  return (path, shape, rate) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return tensor(fillDropoutMask(foldIn(key, path), rate, new Uint8Array(size)), [...shape], 'bool');
  };
}

function squaredNorm(gradient: Tensor): number {
  return sum(square(gradient)).dataSync()[0];
}
