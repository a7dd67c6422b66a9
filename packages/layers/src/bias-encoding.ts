import { add, reshape, slice, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { ShapeError, checkInteger, checkKnownOptions, expected } from '@ctrflow/core';
import { CtrLayer } from './layer';

/** Options of {@link BiasEncoding}. */
export interface BiasEncodingOptions {
  /** K, the most sessions of a history. */
  readonly maxSessions: number;
  /** T, places of a session. */
  readonly sessionLength: number;
  /** M, the size of every event's vector. */
  readonly size: number;
}

/**
 * Tells places apart by which session they are in, where in it, and the unit: `x_(k,t,c) + w^K_k + w^T_t + w^C_c`.
 *
 * Shapes: events `[B, S, T, M]` of S <= K sessions -> the same; weights `session [K]`, `position [T]` and `unit [M]`, which begin at 0.
 *
 * @throws ShapeError for an input of other sizes
 * @see Feng et al.: Deep Session Interest Network for click-through rate prediction. IJCAI 2019, session interest extractor layer.
 */
export class BiasEncoding extends CtrLayer<(events: Tensor4D) => Tensor4D> {
  static className = 'CtrflowBiasEncoding';
  private readonly options: BiasEncodingOptions;
  private parts!: Readonly<Record<'session' | 'position' | 'unit', LayerVariable>>;

  /** @throws ConfigError for sizes below 1 */
  constructor(options: BiasEncodingOptions) {
    super({});
    checkKnownOptions('BiasEncoding', options, ['maxSessions', 'sessionLength', 'size']);
    this.options = options;
    const { maxSessions, sessionLength, size } = options;
    checkInteger('BiasEncoding', 'maxSessions', maxSessions, { min: 1 });
    checkInteger('BiasEncoding', 'sessionLength', sessionLength, { min: 1 });
    checkInteger('BiasEncoding', 'size', size, { min: 1 });
  }

  override build(): void {
    const { maxSessions, sessionLength, size } = this.options;
    const zero = { kind: 'constant', value: 0 } as const;
    this.parts = {
      session: this.weight('session', [maxSessions], zero),
      position: this.weight('position', [sessionLength], zero),
      unit: this.weight('unit', [size], zero),
    };
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const { maxSessions: K, sessionLength: T, size: M } = this.options;
    return tidy(() => {
      const events = this.only(inputs) as Tensor4D;
      const [, S] = events.shape;
      if (events.rank !== 4 || S > K || events.shape[2] !== T || events.shape[3] !== M)
        throw new ShapeError(expected(this.path, `events [B, ${K} at most, ${T}, ${M}]`, events.shape));
      const { session, position, unit } = this.parts;
      const perSession = reshape(slice(session.read(), [0], [S]), [S, 1, 1]);
      const perPosition = reshape(position.read(), [T, 1]);
      return add(events, add(perSession, add(perPosition, unit.read()))); // [B, S, T, M]
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape as Shape;
  }

  override getConfig(): Record<string, number> {
    return { ...this.options };
  }
}
