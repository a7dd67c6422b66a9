import type { FeatureSchema, NumericFieldSpec } from '@ctrflow/features';
import { castTo } from './input-nodes';
import type { InputNodes } from './input-nodes';

/** What a fitted schema knows of a numeric column: part of its versioned JSON. */
interface Statistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly logMean?: number;
  readonly logStd?: number;
  readonly boundaries?: readonly number[];
}

function statisticsOf(schema: FeatureSchema, field: string): Statistics {
  const { numbers } = schema.toJSON() as { readonly numbers: Readonly<Record<string, Statistics>> };
  return numbers[field];
}

/**
 * A number under its transform, float32 `[batch, 1]`, and 1 where it is missing. It is computed in float64, as the schema does: `(x - mean) / std` of a large
 * x with a small spread would lose its digits in float32.
 *
 * @param portOf the graph's input for a slot, if the model reads it
 */
export function numberInput(
  b: InputNodes,
  schema: FeatureSchema,
  field: NumericFieldSpec,
  portOf: (slot: string) => string | undefined,
): void {
  const { name, column = name } = field;
  const given = b.input(name, column, 'float64', ['batch', 1]);
  const isMissing = b.emit(name, 'IsNaN', [given]);
  const to = { to: castTo.float32 };
  const indicator = portOf(`${name}:missing`);
  if (indicator !== undefined) b.emit(name, 'Cast', [isMissing], { attrs: to, output: indicator });
  const value = portOf(name);
  if (value === undefined) return;
  const statistics = statisticsOf(schema, name);
  const scaled = b.emit(name, 'Cast', [scale(b, field, statistics, given)], { attrs: to });
  const missing = b.constant(name, 'missing_value', {
    dims: [1],
    type: 'float32',
    data: Float32Array.of(missingValue(field, statistics)),
  });
  b.emit(name, 'Where', [isMissing, missing, scaled], { output: value });
}

/** The bucket of a number, int64 `[batch, 1]`: 0 where it is missing, else 1 + the number of boundaries below it. */
export function bucketInput(b: InputNodes, schema: FeatureSchema, field: NumericFieldSpec, output: string): void {
  const { name, column = name } = field;
  const given = b.input(name, column, 'float64', ['batch', 1]);
  const { boundaries = [] } = statisticsOf(schema, name);
  const isBelow = b.emit(name, 'Less', [b.float64(name, 'boundaries', ...boundaries), given]); // [B, boundaries]
  const counted = b.emit(name, 'Cast', [isBelow], { attrs: { to: castTo.int64 } });
  const numBelow = b.emit(name, 'ReduceSum', [counted, b.int64(name, 'axis', 1)], { attrs: { keepdims: 1 } });
  const bucket = b.emit(name, 'Add', [numBelow, b.int64(name, 'first_bucket', 1)]);
  const isMissing = b.emit(name, 'IsNaN', [given]);
  b.emit(name, 'Where', [isMissing, b.int64(name, 'missing_bucket', 0), bucket], { output });
}

/** `(f(x) - from) / width`, or 0 where a column was constant. */
function affineOf({ transform }: NumericFieldSpec, s: Statistics): readonly [from: number, width: number] {
  switch (transform) {
    case 'none':
      return [0, 1];
    case 'min-max':
      return [s.min, s.max - s.min];
    case 'log':
      return [s.logMean ?? 0, s.logStd ?? 0];
    default:
      return [s.mean, s.std];
  }
}

function scale(b: InputNodes, field: NumericFieldSpec, statistics: Statistics, given: string): string {
  const { name, transform } = field;
  if (transform === 'none') return given;
  const [from, width] = affineOf(field, statistics);
  if (width === 0) return b.emit(name, 'Mul', [given, b.float64(name, 'constant_column', 0)]);
  const shifted = b.emit(name, 'Sub', [transform === 'log' ? signedLog(b, name, given) : given, b.float64(name, 'center', from)]); // prettier-ignore
  return b.emit(name, 'Div', [shifted, b.float64(name, 'scale', width)]);
}

/** sign(x) ln(1 + |x|). */
function signedLog(b: InputNodes, name: string, given: string): string {
  const log = b.emit(name, 'Log', [b.emit(name, 'Add', [b.emit(name, 'Abs', [given]), b.float64(name, 'one', 1)])]);
  return b.emit(name, 'Mul', [b.emit(name, 'Sign', [given]), log]);
}

/** What stands for a missing number after the transform. */
function missingValue(field: NumericFieldSpec, statistics: Statistics): number {
  const { transform, missing = 'mean' } = field;
  if (missing === 'mean' && transform !== 'none' && transform !== 'min-max') return 0;
  const x = missing === 'mean' ? statistics.mean : missing;
  const [from, width] = affineOf(field, statistics);
  const value = transform === 'log' ? Math.sign(x) * Math.log1p(Math.abs(x)) : x;
  return width === 0 ? 0 : (value - from) / width;
}
