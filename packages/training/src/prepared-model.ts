import { ConfigError, expected, mapRecord } from '@ctrflow/core';
import type { NamedArrays } from '@ctrflow/embeddings';
import type { EncodedColumns } from '@ctrflow/features';
import { LOGIT, beginTraining, endTraining, requireAlive, requireUntrained, weightsVersion } from '@ctrflow/model-kit'; // prettier-ignore
import type { CtrModel } from '@ctrflow/model-kit';
import type { OutputArray, PreparedModel, StepInputs, StepResult, StepSettings } from './engine';

/**
 * What an engine brings. Its methods are called one at a time, the next one when the promise of the one before is settled: it may keep its buffers from call to
 * call, and give out results that the next call overwrites.
 */
export interface ModelRunner {
  readonly engine: string;
  /** Called only when the model was prepared with settings. */
  trainStep(batch: EncodedColumns, inputs: StepInputs): Promise<StepResult>;
  /** May be overwritten by the next call. */
  outputs(batch: EncodedColumns): Promise<Readonly<Record<string, OutputArray>>>;
  optimizerState(): NamedArrays;
  setOptimizerState(state: NamedArrays): void;
  synchronize(): void;
  reload(): void;
  /** Called once, when no call runs. */
  release(): void;
}

/**
 * Prepares a model with the runner of an engine; what callers may rely on is kept here, once for all engines: calls wait for each other, results are the caller's, one training at a
 * time holds a model, and nothing runs after `dispose`.
 *
 * @throws ConfigError when the model is none, was disposed of, or is held by a training
 */
export async function prepareWith(
  model: CtrModel,
  settings: StepSettings | undefined,
  makeRunner: () => Promise<ModelRunner>,
): Promise<PreparedModel> {
  requireAlive(model);
  if (settings === undefined) {
    requireUntrained('prepare', model);
    return new QueuedModel(model, await makeRunner(), false);
  }
  let prepared: PreparedModel | undefined;
  beginTraining('fit', model, { synchronize: () => prepared?.synchronize() });
  try {
    prepared = new QueuedModel(model, await makeRunner(), true);
    return prepared;
  } catch (error) {
    endTraining(model);
    throw error;
  }
}

class QueuedModel implements PreparedModel {
  readonly engine: string;
  /** Settled when the last call that was made has ended. */
  private last = Promise.resolve();
  /** Calls that run or wait. */
  private numCalls = 0;
  private isDisposed = false;
  private version: number;

  constructor(
    readonly model: CtrModel,
    private readonly runner: ModelRunner,
    private readonly trains: boolean,
  ) {
    this.engine = runner.engine;
    this.version = weightsVersion(model);
  }

  trainStep(batch: EncodedColumns, inputs: StepInputs): Promise<StepResult> {
    return this.inTurn('trainStep', () => {
      if (this.trains) return this.runner.trainStep(batch, inputs);
      throw new ConfigError(expected('trainStep', 'a model prepared with settings', 'one prepared to predict'));
    });
  }

  outputs(batch: EncodedColumns): Promise<Readonly<Record<string, OutputArray>>> {
    return this.predict('outputs', batch);
  }

  async logits(batch: EncodedColumns): Promise<Float32Array> {
    const outputs = await this.predict('logits', batch);
    if (Object.hasOwn(outputs, LOGIT)) return outputs[LOGIT].data;
    throw new ConfigError(expected('logits', `a model with an output ${LOGIT}`, Object.keys(outputs), 'use outputs'));
  }

  optimizerState(): NamedArrays {
    return this.atRest('optimizerState', () => this.runner.optimizerState());
  }

  setOptimizerState(state: NamedArrays): void {
    this.atRest('setOptimizerState', () => {
      this.runner.setOptimizerState(state);
    });
  }

  synchronize(): void {
    this.atRest('synchronize', () => {
      this.runner.synchronize();
    });
  }

  reload(): void {
    this.atRest('reload', () => {
      this.readWeights();
    });
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    const release = (): void => {
      this.runner.release();
      if (this.trains) endTraining(this.model);
    };
    if (this.numCalls === 0) release();
    else void this.last.then(release);
  }

  private predict(who: string, batch: EncodedColumns): Promise<Readonly<Record<string, OutputArray>>> {
    return this.inTurn(who, async () => {
      if (!this.trains) requireUntrained(who, this.model);
      if (weightsVersion(this.model) !== this.version) this.readWeights();
      return mapRecord(await this.runner.outputs(batch), ({ data, shape }) => ({ data: data.slice(), shape }));
    });
  }

  private readWeights(): void {
    this.version = weightsVersion(this.model);
    this.runner.reload();
  }

  /** Runs a call when those before have ended, however they ended. */
  private async inTurn<T>(who: string, call: () => Promise<T>): Promise<T> {
    this.requireOpen(who);
    const before = this.last;
    let end!: () => void;
    this.last = new Promise((resolve) => (end = resolve));
    this.numCalls++;
    try {
      await before;
      this.requireOpen(who);
      requireAlive(this.model);
      return await call();
    } finally {
      this.numCalls--;
      end();
    }
  }

  /** What reads or writes state as a whole must not meet a step that changes it. */
  private atRest<T>(who: string, body: () => T): T {
    this.requireOpen(who);
    if (this.numCalls === 0) return body();
    throw new ConfigError(expected(who, 'no step that runs', `${this.numCalls} of them`, 'await every step before'));
  }

  private requireOpen(who: string): void {
    if (!this.isDisposed) return;
    throw new ConfigError(
      expected(who, 'a prepared model in use', 'one that was disposed of', 'prepare the model anew'),
    );
  }
}
