import { reshape } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { SchemaError, expected } from '@ctrflow/core';
import { windowsOf } from '@ctrflow/features';
import type { Slot, Window } from '@ctrflow/features';
import { Conv1DBlock, LSTM, flatten } from '@ctrflow/layers';
import { defineModel, flatEmbeddings, tower } from '@ctrflow/model-kit';
import type { Assembly, ModelFactory } from '@ctrflow/model-kit';
import { options } from './options';
import type { CnnLstmOptions } from './options';

/**
 * CNN-LSTM: convolutions and pooling extract features of a window of measurements over time, an LSTM reads them in order:
 * `logit = MLP([e_1, ..., e_F, LSTM(pool(act(conv(x))))])`.
 *
 * Shapes: window `[B, T, C]` -> convolutions and pooling `[B, T / poolSize^L, H]` -> LSTM `[B, H]`; with the vectors of the other fields -> MLP -> logits `[B, 1]`.
 *
 * @example
 * const fields = windowFields('weeks', { channels: ['purchases', 'spend'], numSteps: 52 });
 * const model = cnnLstm(schema, { filters: [32, 64], units: 64 });
 * @throws SchemaError when the schema has no window, or one that is too short to be pooled so often
 * @see Sainath, Vinyals, Senior, Sak: Convolutional, long short-term memory, fully connected deep neural networks. ICASSP 2015.
 */
export const cnnLstm: ModelFactory<CnnLstmOptions> = defineModel({
  name: 'cnn-lstm',
  version: 1,
  summary: 'Convolutions, pooling and an LSTM over a window of measurements, for purchase prediction.',
  paper:
    'Sainath, Vinyals, Senior, Sak: Convolutional, Long Short-Term Memory, Fully Connected Deep Neural Networks. ICASSP 2015.',
  options,
  assemble(a, options) {
    const windows = [...windowsOf(a.schema), ...tensorWindows(a.schema.slots)];
    if (windows.length === 0)
      throw new SchemaError(expected('cnn-lstm', 'a window among the fields', 'none', 'declare one with windowFields'));
    const inWindow = new Set(windows.flatMap(({ slots }) => slots));
    const others = a.schema.slots.flatMap(({ name, kind }) => (kind === 'tensor' || inWindow.has(name) ? [] : [name]));
    const fields = flatEmbeddings(a, others);
    const readers = windows.map((window, k) => reader(a, window, `window_${k + 1}`, options));
    const deep = tower(a, 'deep', options);
    return () => deep([...fields(), ...readers.map((read) => read())]); // [B, 1]
  },
});

/** Windows that travel as one tensor `[T, C]` each; no field of a number stands behind them. */
function tensorWindows(slots: readonly Slot[]): Window[] {
  return slots.flatMap((slot) => {
    if (slot.kind !== 'tensor' || slot.shape.length !== 2) return [];
    const [numSteps, C] = slot.shape;
    const channels = Array.from({ length: C }, (_, c) => String(c));
    return [{ name: slot.name, numSteps, channels, slots: [] }];
  });
}

/** A window as one vector: `[B, H]`. */
function reader(a: Assembly, window: Window, path: string, options: Required<CnnLstmOptions>): () => Tensor2D {
  const { structure, filters, kernelSize, pooling, poolSize, activation, units } = options;
  const { numSteps, channels, slots } = window;
  const convolutions = structure === 'lstm' ? [] : filters;
  if (numSteps < poolSize ** convolutions.length) {
    const hint = 'make fewer convolutions, a smaller poolSize or more steps';
    const wanted = `${poolSize ** convolutions.length} steps or more, pooled ${convolutions.length} times by ${poolSize}`;
    throw new SchemaError(expected(`cnn-lstm: window "${window.name}"`, wanted, numSteps, hint));
  }
  const values = slots.length === 0 ? a.tensor(window.name) : a.values(slots);
  const blocks = convolutions.map((size, i) =>
    a.layer(`${path}/conv_${i + 1}`, new Conv1DBlock({ filters: size, kernelSize, activation, pooling, poolSize })),
  );
  const lstm = structure === 'cnn' ? undefined : a.layer(`${path}/lstm`, new LSTM({ units }));
  return () => {
    const x: Tensor3D = reshape(values(), [-1, numSteps, channels.length]); // [B, T, C]
    const features = blocks.reduce((input, block) => block(input), x); // [B, T / poolSize^L, H]
    return lstm === undefined ? flatten(features) : (lstm(features) as Tensor2D); // [B, H]
  };
}
