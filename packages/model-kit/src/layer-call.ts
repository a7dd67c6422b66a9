// How a model calls what it placed: with the ranks that the layer's class says, so that a model needs no casts.
import type { Tensor } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import type { CtrLayer } from '@ctrflow/layers';

/** Applies a layer whose class does not say what it takes and gives; `how` is for layers that say what they take. */
export type AnyLayerCall = (input: Tensor | Tensor[], how?: object) => Tensor;

/**
 * Applies a layer: what its class says it takes and gives, such as `Tensor3D -> Tensor2D` for a factorization machine and the rank of the input for an MLP; any tensors for other tfjs layers.
 */
export type LayerCall<L extends layers.Layer = layers.Layer> =
  L extends CtrLayer<infer Call> ? (Call extends (...inputs: never) => Tensor ? Call : AnyLayerCall) : AnyLayerCall;
