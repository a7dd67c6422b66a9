/** How dense weights are updated. Each is a set of pure tfjs formulas, so that an engine can run or record it. */
export type DenseOptimizer =
  | { readonly kind: 'sgd'; readonly learningRate: number; readonly momentum: number }
  | {
      readonly kind: 'adagrad';
      readonly learningRate: number;
      readonly initialAccumulator: number;
      readonly epsilon: number;
    }
  | {
      readonly kind: 'adam';
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
    }
  | {
      readonly kind: 'adamw';
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    };
