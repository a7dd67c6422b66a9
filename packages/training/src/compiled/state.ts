import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { Runtime, RuntimeTensor } from '@ctrflow/compiler';
import type { NamedWeight } from '@ctrflow/model-kit';

/** Two buffers of one array: a step reads one and writes the other, then they change places. */
interface Pair {
  current: RuntimeTensor;
  next: RuntimeTensor;
}

/** What a training changes besides the tables: dense weights and the slots of their optimizer, by name, in buffers that alternate. */
export class AlternatingState {
  private readonly pairs = new Map<string, Pair>();

  constructor(private readonly runtime: Runtime) {}

  /** Makes room for an array, or sets it. */
  set(name: string, shape: readonly number[], values: Float32Array): void {
    const known = this.pairs.get(name);
    if (known !== undefined) {
      (known.current.data as Float32Array).set(values);
      return;
    }
    const make = (data: Float32Array): RuntimeTensor => this.runtime.tensor('float32', data, shape);
    this.pairs.set(name, { current: make(values.slice()), next: make(new Float32Array(values.length)) });
  }

  get(name: string): Float32Array {
    return this.current(name).data as Float32Array;
  }

  current(name: string): RuntimeTensor {
    return this.pair(name).current;
  }

  next(name: string): RuntimeTensor {
    return this.pair(name).next;
  }

  /** What was written becomes what is read. */
  advance(names: readonly string[]): void {
    for (const name of names) {
      const pair = this.pair(name);
      [pair.current, pair.next] = [pair.next, pair.current];
    }
  }

  /** Reads the model's weights. */
  load(weights: readonly NamedWeight[]): void {
    for (const { path, variable } of weights) this.set(path, variable.shape, variable.dataSync<'float32'>());
  }

  /** Writes the model's weights. */
  store(weights: readonly NamedWeight[]): void {
    for (const { path, variable } of weights) {
      tidy(() => {
        variable.assign(tensor(this.get(path).slice(), variable.shape));
      });
    }
  }

  private pair(name: string): Pair {
    const pair = this.pairs.get(name);
    if (pair === undefined) throw new RangeError(`compiled state: no array "${name}"`);
    return pair;
  }
}
