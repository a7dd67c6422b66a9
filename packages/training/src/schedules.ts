/** The learning rate over steps, as a factor of the optimizer's; `plateau` multiplies it by `factor` at every evaluation without improvement. */
export type Schedule =
  | { readonly kind: 'constant' }
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  | { readonly kind: 'exponential'; readonly decay: number }
  | { readonly kind: 'cosine'; readonly totalSteps: number; readonly minFactor?: number; readonly warmUpSteps?: number }
  | { readonly kind: 'one-cycle'; readonly totalSteps: number; readonly maxFactor: number }
  | { readonly kind: 'warm-up'; readonly steps: number }
  | { readonly kind: 'plateau'; readonly factor: number; readonly minFactor?: number };
