import { add, mul, softplus, tidy } from '@tensorflow/tfjs-core';
import { checkKnownOptions } from '@ctrflow/core';
import type { Loss } from './loss';
import { columnOf } from './read-inputs';
import { weightedMean } from './weighted-mean';

/** Options of {@link discriminatorLoss}. */
export interface DiscriminatorLossOptions {
  /** The discriminator's logits of true rows, `[B, 1]`. Default `real`. */
  readonly real?: string;
  /** Its logits of generated rows, `[B, 1]`. Default `fake`. */
  readonly fake?: string;
}

/** What {@link discriminatorLoss} makes. */
export interface DiscriminatorLoss extends Loss {
  readonly real: string;
  readonly fake: string;
}

/**
 * What a discriminator minimizes: the mean of `-ln D(x) - ln(1 - D(G(z)))` over pairs of a true and a generated row, D being the sigmoid of its logits.
 *
 * Shapes: logits `[B, 1]` -> scalar. It goes by no target; rows count by their sample weights.
 *
 * @throws ConfigError in a step without those outputs; ShapeError for outputs of another shape
 * @see Goodfellow et al.: Generative adversarial nets. NIPS 2014, equation 1.
 */
export function discriminatorLoss(options: DiscriminatorLossOptions = {}): DiscriminatorLoss {
  checkKnownOptions('discriminatorLoss', options, ['real', 'fake']);
  const { real = 'real', fake = 'fake' } = options;
  return {
    kind: 'discriminator',
    real,
    fake,
    of: (inputs) =>
      tidy(() => {
        const [ofTrue, ofGenerated] = [real, fake].map((name) => columnOf(inputs, 'discriminatorLoss', name));
        return weightedMean(add(softplus(mul(ofTrue, -1)), softplus(ofGenerated)), inputs.weights);
      }),
  };
}

/** Options of {@link generatorLoss}. */
export interface GeneratorLossOptions {
  /** The discriminator's logits of generated rows, `[B, 1]`. Default `fake`. */
  readonly fake?: string;
}

/** What {@link generatorLoss} makes. */
export interface GeneratorLoss extends Loss {
  readonly fake: string;
}

/**
 * What a generator minimizes, the form that does not saturate: the mean of `-ln D(G(z))`, D being the sigmoid of the discriminator's logits.
 *
 * Shapes: logits `[B, 1]` -> scalar. It goes by no target; rows count by their sample weights.
 *
 * @throws ConfigError in a step without that output; ShapeError for an output of another shape
 * @see Goodfellow et al.: Generative adversarial nets. NIPS 2014, section 3.
 */
export function generatorLoss(options: GeneratorLossOptions = {}): GeneratorLoss {
  checkKnownOptions('generatorLoss', options, ['fake']);
  const { fake = 'fake' } = options;
  return {
    kind: 'generator',
    fake,
    of: (inputs) =>
      tidy(() => weightedMean(softplus(mul(columnOf(inputs, 'generatorLoss', fake), -1)), inputs.weights)),
  };
}
