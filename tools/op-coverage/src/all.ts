import { repairGradients } from '@ctrflow/compiler';
import type { Calls } from './call';
import { layerCalls } from './layers';
import type { Measured } from './measure';
import { measureLayer } from './measure-layer';
import { measureOp } from './measure-op';
import { elementwiseCalls } from './ops/elementwise';
import { outsideCalls } from './ops/outside';
import { reductionCalls } from './ops/reductions';
import { shapeCalls } from './ops/shapes';
import { windowCalls } from './ops/windows';

/** A call of every operation. */
export const opCalls: Calls = {
  ...elementwiseCalls,
  ...reductionCalls,
  ...shapeCalls,
  ...windowCalls,
  ...outsideCalls,
};

/** Everything that was found. */
export interface Coverage {
  readonly ops: readonly Measured[];
  readonly layers: readonly Measured[];
}

/** Records and runs all operations and layers, one after the other. */
export async function measureAll(): Promise<Coverage> {
  repairGradients();
  const ops: Measured[] = [];
  for (const name of Object.keys(opCalls).sort()) ops.push(await measureOp(name, opCalls[name]));
  const layers: Measured[] = [];
  for (const name of Object.keys(layerCalls).sort()) layers.push(await measureLayer(name, layerCalls[name]));
  return { ops, layers };
}
