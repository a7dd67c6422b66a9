import { add, fill, keep, mul, square, sum, tensor, tensor2d, tidy, variable } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { backendNames, loadBackend } from '@ctrflow/backends';
import type { BackendName } from '@ctrflow/backends';
import { repairGradients } from '@ctrflow/compiler';
import {
  SerializationError,
  checkKnownOptions,
  checkOneOf,
  emptyRecord,
  expected,
  fillDropoutMask,
  foldIn,
  mapRecord,
  recordOf,
} from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { NamedArrays } from '@ctrflow/embeddings';
import type { EncodedColumns } from '@ctrflow/features';
import { withStep } from '@ctrflow/layers';
import type { StepContext } from '@ctrflow/layers';
import { Feeder, feedTensor, outputsOf } from '@ctrflow/model-kit';
import type { CtrModel, NamedWeight, RowGradients } from '@ctrflow/model-kit';
import type { OutputArray, StepEngine, StepInputs, StepResult, StepSettings } from './engine';
import { slotsOf, stepScalars, updatedWeight } from './optimizers';
import { prepareWith } from './prepared-model';
import type { ModelRunner } from './prepared-model';
import { dropoutKey, feedsKey, inputsOfTurn, isDue, turnsOf, requireReached, valueAndGradients } from './turns';
import type { Turn } from './turns';
import { lossColumns, turnLoss, stepResult } from './step-loss';
import type { LossColumn } from './step-loss';

/** Options of {@link eagerEngine}. */
export interface EagerEngineOptions {
  /** Default `auto`: the one that is set, else the best one installed. */
  readonly backend?: BackendName | 'auto';
}

/**
 * Runs models op by op on a tfjs backend. On plain `cpu` that is slow (about 1 GFLOP/s): for small networks, browsers, and as the truth that other engines are
 * compared with.
 */
export function eagerEngine(options: EagerEngineOptions = {}): StepEngine {
  checkKnownOptions('eagerEngine', options, ['backend']);
  const { backend = 'auto' } = options;
  checkOneOf('eagerEngine', 'backend', backend, ['auto', ...backendNames]);
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

/** A turn with the state of its optimizer. */
interface TrainedTurn extends Turn {
  readonly weights: readonly TrainedWeight[];
}

/** What a turn found in a step. */
interface TurnGradients {
  readonly loss: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly dense: readonly { readonly weight: TrainedWeight; readonly gradient: Tensor }[];
  readonly rows: RowGradients;
}

class EagerModel implements ModelRunner {
  private readonly feeder: Feeder;
  private readonly turns: readonly TrainedTurn[];

  constructor(
    private readonly model: CtrModel,
    private readonly settings: StepSettings | undefined,
    readonly engine: string,
  ) {
    this.feeder = new Feeder(model);
    this.turns = settings === undefined ? [] : this.prepareTraining(settings);
  }

  trainStep(batch: EncodedColumns, inputs: StepInputs): Promise<StepResult> {
    const { settings } = this;
    if (settings === undefined) throw new TypeError('trainStep: a model that predicts');
    const columns = lossColumns(batch, this.model.schema.targets, this.turns, settings);
    const done = this.turns
      .filter((turn) => isDue(turn, inputs))
      .map((turn) => this.trainTurn(turn, batch, columns, inputs, settings));
    return Promise.resolve(stepResult(done, columns));
  }

  outputs(batch: EncodedColumns): Promise<Readonly<Record<string, OutputArray>>> {
    const outputs = tidy(() => {
      const step: StepContext = { training: false, dropoutMask: () => fill([1], 1) };
      return withStep(step, () => this.model.forward(this.feedTensors(batch)));
    });
    const arrays = mapRecord(outputs, (tensor) => ({ data: tensor.dataSync<'float32'>(), shape: tensor.shape }));
    for (const tensor of Object.values(outputs)) tensor.dispose();
    return Promise.resolve(arrays);
  }

  optimizerState(): NamedArrays {
    return recordOf(
      this.trained().flatMap(({ path, slots }) =>
        slots.map(({ name, variable: slot }): [string, Float32Array] => [
          `${path}:${name}`,
          slot.dataSync<'float32'>().slice(),
        ]),
      ),
    );
  }

  setOptimizerState(state: NamedArrays): void {
    for (const { path, slots } of this.trained()) {
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
    for (const { slots } of this.trained()) for (const { variable: slot } of slots) slot.dispose();
  }

  private trained(): readonly TrainedWeight[] {
    return this.turns.flatMap(({ weights }) => weights);
  }

  private prepareTraining(settings: StepSettings): TrainedTurn[] {
    for (const group of this.model.groups) {
      if (JSON.stringify(group.optimizer) !== JSON.stringify(settings.tableOptimizer))
        group.useOptimizer(settings.tableOptimizer);
    }
    return turnsOf(this.model, settings).map((turn) => ({
      ...turn,
      weights: turn.weights.map((weight) => ({
        ...weight,
        slots: slotsOf(turn.optimizer).map(({ name, initial }) => {
          const begin = fill(weight.variable.shape, initial);
          const slot = variable(begin, false);
          begin.dispose();
          return { name, variable: slot };
        }),
      })),
    }));
  }

  /** One update of what a turn trains. */
  private trainTurn(
    turn: TrainedTurn,
    batch: EncodedColumns,
    columns: Readonly<Record<string, LossColumn>>,
    inputs: StepInputs,
    settings: StepSettings,
  ): { readonly loss: number; readonly losses: Readonly<Record<string, number>> } {
    const { dense, rows, loss, losses } = this.gradients(turn, batch, columns, inputs, settings);
    const norm =
      settings.clipNorm === undefined ? 0 : dense.reduce((total, { gradient }) => total + squaredNorm(gradient), 0);
    const scale = this.clipScale(norm, rows, settings.clipNorm);
    const ofTurn = inputsOfTurn(turn, inputs, settings);
    this.updateDense(turn, dense, scale, ofTurn);
    for (const { gradient } of dense) gradient.dispose();
    settings.clock?.lap('graph');
    this.feeder.update(rows, { ...ofTurn, gradientScale: scale });
    settings.clock?.lap('tables');
    return { loss, losses };
  }

  private gradients(
    turn: TrainedTurn,
    batch: EncodedColumns,
    columns: Readonly<Record<string, LossColumn>>,
    inputs: StepInputs,
    settings: StepSettings,
  ): TurnGradients {
    const { targets } = this.model.schema;
    const each: Record<string, Scalar> = emptyRecord();
    let kept!: { loss: Scalar; dense: TurnGradients['dense']; rows: { name: string; gradient: Tensor }[] };
    tidy(() => {
      const feeds = this.feedTensors(batch, feedsKey(settings.key, inputs, turn));
      settings.clock?.lap('gather');
      const read = mapRecord(columns, (data) => tensor2d(data, [batch.numRows, 1]));
      const rows = turn.rowFeeds.map((name) => feeds[name]);
      const step: StepContext = { training: true, dropoutMask: dropoutMasks(dropoutKey(settings.key, inputs, turn)) };
      const lossOf = (): Scalar => {
        const losses = turnLoss(
          turn,
          withStep(step, () => outputsOf(this.model, feeds)),
          targets,
          read,
        );
        for (const [name, loss] of Object.entries(losses.each)) each[name] = keep(loss);
        return losses.total;
      };
      const { value, grads } = valueAndGradients(lossOf, [...turn.weights.map((weight) => weight.variable), ...rows]);
      const dense = turn.weights.flatMap((weight, i) => {
        const gradient = grads[i];
        if (gradient !== undefined) return [{ weight, gradient: keep(this.regularized(weight, gradient, settings)) }];
        requireReached(this.model, turn, weight.path, settings);
        return [];
      });
      const ofRows = turn.rowFeeds.flatMap((name, i) => {
        const gradient = grads[turn.weights.length + i];
        return gradient === undefined ? [] : [{ name, gradient: keep(gradient) }];
      });
      kept = { loss: keep(value), dense, rows: ofRows };
    });
    const rows = recordOf(kept.rows.map(({ name, gradient }) => [name, gradient.dataSync<'float32'>()]));
    const loss = kept.loss.dataSync()[0];
    const losses = mapRecord(each, (scalar) => scalar.dataSync()[0]);
    for (const used of [kept.loss, ...Object.values(each), ...kept.rows.map(({ gradient }) => gradient)])
      used.dispose();
    return { loss, losses, dense: kept.dense, rows };
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
    { optimizer }: TrainedTurn,
    dense: TurnGradients['dense'],
    scale: number,
    inputs: StepInputs,
  ): void {
    const scalars = stepScalars(optimizer, inputs);
    tidy(() => {
      for (const {
        weight: { variable: weight, slots },
        gradient,
      } of dense) {
        const scaled = scale === 1 ? gradient : mul(gradient, scale);
        const updated = updatedWeight(optimizer, weight, scaled, slots.map((slot) => slot.variable), scalars); // prettier-ignore
        weight.assign(updated.weight);
        slots.forEach((slot, k) => {
          slot.variable.assign(updated.slots[k]);
        });
      }
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
