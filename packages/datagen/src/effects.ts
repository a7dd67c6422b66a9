import { foldIn, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { itemFields, momentFields, userFields } from './config';
import type { ShopConfig, ShopField } from './config';
import { centred, normals } from './truth';
import type { FieldValues } from './truth';

/** Effects of a row that need nothing but the row. */
export interface RowEffects {
  /** Sum of the effects that are on; exactly 0 when none is. */
  logit(values: FieldValues, timestamp: number, position: number): number;
}

/** Elements of an item field's masked embedding. */
const MASK_DIM = 2;
/** How sharply a mask switches. */
const MASK_SLOPE = 3;
/** Period of the drift: 90 days. */
const DRIFT_SECONDS = 90 * 86_400;

/**
 * Mask, drift and position.
 *
 * - mask `m`: `m / sqrt(F D) * sum_(f, d) tanh(3 z_(f,d)) v_(f,d)` over item fields f and elements d, with
 *   `z_(f,d) = sum_g w_(g,f,d) / sqrt(G)` over the fields g of user and moment; `v` and `w` are normal per value, `v` is centred.
 * - drift `s`: `s * sum_f sin(2 pi (t / 90 days + phase_f))` over item fields, a phase per value.
 * - position `b`: `-b ln(1 + position)`, position 0 is the top.
 */
export function createRowEffects(config: ShopConfig, key: RandomKey): RowEffects {
  const { mask = 0, drift = 0, position: positionBias = 0 } = config.effects ?? {};
  const masked = mask === 0 ? undefined : createMask(config, foldIn(key, 'mask'));
  const phases = itemFields.map((name) => {
    const phase = foldIn(key, 'drift', name);
    return { name, phase: Float64Array.from({ length: config.fields[name] }, (_, value) => uniformAt(phase, value)) };
  });
  return {
    logit(values, timestamp, position) {
      let logit = 0;
      if (masked !== undefined) logit += mask * masked(values);
      if (drift !== 0) {
        const turns = timestamp / DRIFT_SECONDS;
        for (const { name, phase } of phases) logit += drift * Math.sin(2 * Math.PI * (turns + phase[values[name]]));
      }
      if (positionBias !== 0) logit -= positionBias * Math.log1p(position);
      return logit;
    },
  };
}

/** The masked sum, with variance about 1/2. */
function createMask({ fields }: ShopConfig, key: RandomKey): (values: FieldValues) => number {
  const context: readonly ShopField[] = [...userFields, ...momentFields];
  const width = itemFields.length * MASK_DIM;
  const weights = context.map((name) => normals(foldIn(key, 'gate', name), fields[name] * width, 1));
  const embeddings = itemFields.map((name) =>
    centred(normals(foldIn(key, 'embedding', name), fields[name] * MASK_DIM, 1), MASK_DIM),
  );
  return (values) => {
    let sum = 0;
    for (let f = 0; f < itemFields.length; f++) {
      for (let d = 0; d < MASK_DIM; d++) {
        const element = f * MASK_DIM + d;
        let z = 0;
        for (let g = 0; g < context.length; g++) z += weights[g][values[context[g]] * width + element];
        const gate = Math.tanh((MASK_SLOPE * z) / Math.sqrt(context.length));
        sum += gate * embeddings[f][values[itemFields[f]] * MASK_DIM + d];
      }
    }
    return sum / Math.sqrt(width);
  };
}
