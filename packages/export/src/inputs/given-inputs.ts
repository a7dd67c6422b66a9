import { SchemaError, expected } from '@ctrflow/core';
import type { Feed } from '@ctrflow/model-kit';
import type { InputNodes } from './input-nodes';

/**
 * Inputs of a file for feeds that no graph computes from slots, such as the noise of a generator: each under its own name, `[batch, ...]`.
 *
 * @throws SchemaError when a feed has no fixed shape behind the batch, or the name of another input
 */
export function givenInputs(b: InputNodes, feeds: readonly Feed[]): void {
  for (const feed of feeds) {
    const { name, dtype } = feed;
    const [B, ...dims] = feed.shape({ B: 3, T: 2 });
    const who = `export: feed "${name}"`;
    if (B !== 3 || dims.join() !== feed.shape({ B: 5, T: 7 }).slice(1).join())
      throw new SchemaError(expected(who, 'a shape of the batch size and numbers', feed.shape({ B: 3, T: 2 })));
    if (b.inputs.some((other) => other.name === name))
      throw new SchemaError(expected(who, 'a name that no column has', name, 'give the feed another name'));
    b.input(name, name, dtype === 'int32' ? 'int64' : dtype, ['batch', ...dims]);
  }
}
