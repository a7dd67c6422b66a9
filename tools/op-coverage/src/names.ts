import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

/** tfjs appends this to the names of functions that are operations. */
const SUFFIX = '__op';

const namespaces = ['fused', 'image', 'linalg', 'losses', 'signal', 'sparse', 'spectral', 'string'] as const;

/** Documented operations that make constants and are not marked as operations. */
const makers = ['fill', 'linspace', 'ones', 'range', 'zeros'];

/** All operations of tfjs-core, those in namespaces as `losses.logLoss`. */
export function opNames(): string[] {
  return [...functionsOf(tf, ''), ...namespaces.flatMap((name) => functionsOf(tf[name], `${name}.`))]
    .filter(([name, fn]) => fn.name.endsWith(SUFFIX) || makers.includes(name))
    .map(([name]) => name)
    .sort();
}

/** Functions that wait for values of tensors: none of them can be recorded. */
export function asyncNames(): string[] {
  return [...functionsOf(tf, ''), ...functionsOf(tf.image, 'image.')]
    .map(([name]) => name)
    .filter((name) => name.endsWith('Async'))
    .sort();
}

function functionsOf(from: object, prefix: string): (readonly [string, { readonly name: string }])[] {
  return Object.entries(from).flatMap(([name, value]) =>
    typeof value === 'function' ? [[prefix + name, value as { readonly name: string }] as const] : [],
  );
}

/** All kernels that tfjs-core names or its backend in JavaScript has. */
export function kernelNames(): string[] {
  const constants = Object.values(tf as unknown as Record<string, unknown>).filter(
    (value) => typeof value === 'string' && /^_?[A-Z]/.test(value),
  ) as string[];
  return [...new Set([...constants, ...tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName)])].sort();
}

/** All exports of `layers`. */
export function layerNames(): string[] {
  return Object.keys(layers).sort();
}
