import { cast, mul, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber, exactDropoutRate } from '@ctrflow/core';
import { CtrLayer } from './layer';
import type { RankKept } from './layer';
import { currentStep } from './step';

/**
 * Drops elements at random while training and scales the rest: `y = x mask / (1 - rate)`, so that the mean stays.
 *
 * Shapes: any -> the same. The mask comes from the step ({@link withStep}), a function of (seed, step, path, element); outside a training
 * step the layer does nothing.
 *
 * Deviation: the rate is the nearest multiple of 1/256 (see `exactDropoutRate` of `@ctrflow/core`), and the scale is exact for it.
 *
 * @see Srivastava et al.: Dropout. JMLR 2014.
 */
export class Dropout extends CtrLayer<RankKept> {
  static className = 'CtrflowDropout';
  private readonly rate: number;

  /** @throws ConfigError when `rate` is not in [0, 1) */
  constructor(rate: number) {
    super({});
    this.rate = exactDropoutRate(checkNumber('Dropout', 'rate', rate, { min: 0 }));
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = this.only(inputs);
    const step = currentStep();
    if (this.rate === 0 || step?.training !== true) return input.clone();
    return tidy(() => {
      const mask = cast(step.dropoutMask(this.path, input.shape, this.rate), 'float32');
      return mul(input, mul(mask, 1 / (1 - this.rate))); // the scaled mask serves the gradient too
    });
  }

  override getConfig(): { rate: number } {
    return { rate: this.rate };
  }
}
