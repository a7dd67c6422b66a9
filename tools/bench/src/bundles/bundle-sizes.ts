import type { Machine } from '../machine';

/** One published module, bundled and minified, everything that it imports from other packages left out. */
export interface BundleSize {
  /** `@ctrflow/deepfm`, or `@ctrflow/data/node`. */
  readonly module: string;
  readonly minifiedBytes: number;
  readonly gzippedBytes: number;
}

/** Sizes of all published modules: a line of a results file. */
export interface BundleSizes {
  readonly kind: 'bundles';
  readonly modules: readonly BundleSize[];
  /** Why there are none. */
  readonly skipped?: string;
  readonly when: string;
  readonly machine: Machine;
  readonly quick?: boolean;
}
