import type { TensorDtype } from './columns';
import type { SessionOptions } from './sessions';

/** What every field declares. */
interface FieldBase {
  /** Unique name of the field; also the name of its table unless `shareTable` says otherwise. */
  readonly name: string;
  /** Source column. Default: the field's name. */
  readonly column?: string;
  /** Embedding size D of this field. Default: the model's. */
  readonly embeddingDim?: number;
}

/** A number that enters a model as value times a trained vector, or as a quantile bucket's id. */
export interface NumericFieldSpec extends FieldBase {
  readonly kind: 'numeric';
  /**
   * `none` keeps x; `standard` (x - mean) / std; `min-max` (x - min) / (max - min); `log` sign(x) ln(1 + |x|), then
   * standardized; `quantile` the id of one of `numBuckets` buckets of equal counts. Default `standard`.
   */
  readonly transform?: 'none' | 'standard' | 'min-max' | 'log' | 'quantile';
  /** Buckets of `quantile`. Default 64. */
  readonly numBuckets?: number;
  /** Value that stands for a missing one before the transform. Default `mean` (0 after `standard`). */
  readonly missing?: 'mean' | number;
  /** Adds a second input, 1 where the value is missing. Default: true when the fitting data misses values. */
  readonly missingIndicator?: boolean;
  /** Place of the number in a window of measurements over time, such as the spend of each of the last 26 weeks; see `windowFields`. */
  readonly window?: WindowPlace;
}

/** Where a number stands in a window `[T, C]`. */
export interface WindowPlace {
  readonly name: string;
  /** What is measured: one of the C channels. */
  readonly channel: string;
  /** 0 is the oldest step, T - 1 the latest. */
  readonly step: number;
}

/** A value of a fitted vocabulary (or an integer id as it is, with `identity`). Ids: 0 missing, 1 unknown, then the vocabulary. */
export interface CategoricalFieldSpec extends FieldBase {
  readonly kind: 'categorical';
  /** Values seen fewer times are unknown. Default 1. */
  readonly minCount?: number;
  /** The most frequent values kept, ties by value. Default: all. */
  readonly maxSize?: number;
  /** The column already holds ids 0 .. identity - 1. */
  readonly identity?: number;
  /** Reserves rows 0 (missing) and 1 (unknown). Default true; false where a reference has none. */
  readonly reservedRows?: boolean;
  /** Uses (and fits together with) the table of this field. */
  readonly shareTable?: string;
}

/** A value hashed into `numBuckets` rows by Fingerprint64; nothing is fitted. Id 0 is missing, then the buckets. */
export interface HashedFieldSpec extends FieldBase {
  readonly kind: 'hashed';
  readonly numBuckets: number;
  /** Reserves row 0 for missing values. Default true; false gives the bucket itself, as `categorical_column_with_hash_bucket` of TensorFlow. */
  readonly reservedRows?: boolean;
  readonly shareTable?: string;
}

/** A cross of two or more fields, hashed into `numBuckets` rows; numeric members enter as their bucket. Id 0 is missing (any member), then the buckets. */
export interface CrossedFieldSpec extends Omit<FieldBase, 'column'> {
  readonly kind: 'crossed';
  readonly fields: readonly string[];
  readonly numBuckets: number;
  /**
   * `fingerprint`: Fingerprint64 of the members' canonical texts in schema order, joined by U+001F. `tensorflow`: FingerprintCat64 of the
   * members' fingerprints in the order given, as `tf.feature_column.crossed_column`. Default `fingerprint`.
   */
  readonly hash?: 'fingerprint' | 'tensorflow';
  /** Reserves row 0 for missing values. Default true; false gives the bucket itself, as TensorFlow's crossed column. */
  readonly reservedRows?: boolean;
}

/** A history: an ordered list of values, kept to `maxLength`. */
export interface SequenceFieldSpec extends FieldBase {
  readonly kind: 'sequence';
  /** Separates the values where the column is text. Default `^`. */
  readonly separator?: string;
  /** Default 50. */
  readonly maxLength?: number;
  /** Which end stays when a history is longer. Default `last`. */
  readonly keep?: 'first' | 'last';
  readonly minCount?: number;
  readonly maxSize?: number;
  /** Uses (and fits together with) the table of this field, typically the target item's. */
  readonly shareTable?: string;
  /** Sequences with the same value here are side columns of one history: equal lengths, cut together. */
  readonly history?: string;
  /** Cuts the history into sessions, in place of `maxLength` and `keep`; declared on one of its columns it holds for all. */
  readonly sessions?: SessionsSpec;
}

/**
 * How a history is cut into sessions (see `divideSessions`). The encoded list then has `maxSessions` times `maxSessionLength` places: session k has the places
 * `k maxSessionLength` and following, its events first, then id 0 with weight 0. Models of sessions read it as `[B, K, T]`; for all others it is a list with weights, whose
 * pooling and attention leave the empty places out.
 */
export interface SessionsSpec extends SessionOptions {
  /** Column of the times of the events, oldest first, written as the history is. It need be no field. */
  readonly times: string;
  /** Default: that of the schema's `time`, else `iso`. */
  readonly timeFormat?: TimeFormat;
}

/** A set of values, each with an optional weight (`action:2.5^drama:1`). */
export interface MultiHotFieldSpec extends FieldBase {
  readonly kind: 'multi-hot';
  /** Default `^`. */
  readonly separator?: string;
  /** Separates a value from its weight; no weights when absent. */
  readonly weightSeparator?: string;
  /** Default 50; the first ones stay. */
  readonly maxLength?: number;
  readonly minCount?: number;
  readonly maxSize?: number;
  readonly shareTable?: string;
}

/** A part of a time, as an id. */
export interface TimePartFieldSpec extends FieldBase {
  readonly kind: 'time-part';
  readonly part: 'hour' | 'day-of-week' | 'day-of-month' | 'month' | 'is-weekend';
  readonly format?: TimeFormat;
}

/**
 * How a time is written: `iso` (2024-01-31T12:00:00Z, 2024-01-31 12:00:00, 2024-01-31; UTC unless it names an offset), seconds or
 * milliseconds since 1970, or a pattern of YYYY YY MM DD HH mm ss (Avazu's `YYMMDDHH`). Default: `iso`.
 */
export type TimeFormat = 'iso' | 'unix-seconds' | 'unix-milliseconds' | (string & {});

/**
 * Numbers of one shape in every row, as they are: a window of measurements `[T, C]`, a picture `[H, W, 3]`, a vector of another model. A column holds them nested or flat
 * (in the order of the last axis first), as lists or as JSON texts. Only models that read tensors can use such a field.
 *
 * @example
 * { name: 'pixels', kind: 'tensor', shape: [32, 32, 3], dtype: 'uint8', scale: 1 / 255 }
 */
export interface TensorFieldSpec extends Omit<FieldBase, 'embeddingDim'> {
  readonly kind: 'tensor';
  /** Without the batch: `[T, C]`, `[H, W, 3]`, `[D]`. */
  readonly shape: readonly number[];
  /** How the numbers are kept in memory and in encoded folders; `uint8` takes whole numbers from 0 to 255. Default `float32`. */
  readonly dtype?: TensorDtype;
  /** Models get the numbers times this, as float32: 1 / 255 brings the bytes of a picture into [0, 1]. Default 1. */
  readonly scale?: number;
  /** What stands for a missing number, and everywhere in a missing tensor. Default: none may miss. */
  readonly missing?: number;
  /** Names of the last axis, such as the channels of a window. */
  readonly channels?: readonly string[];
}

/** A field of a schema, as the user declares it. */
export type FieldSpec =
  | NumericFieldSpec
  | CategoricalFieldSpec
  | HashedFieldSpec
  | CrossedFieldSpec
  | SequenceFieldSpec
  | MultiHotFieldSpec
  | TimePartFieldSpec
  | TensorFieldSpec;

/** What is to be predicted: 1 for the values declared positive, 0 for the declared (or all other) values. The short way to declare one binary target, named `label`. */
export interface LabelSpec {
  readonly column: string;
  /** Texts that mean 1, such as `yes`, `>50K`, `>50K.`. Default `1`, `1.0`, `true`, `yes` without regard to case. */
  readonly positive?: readonly string[];
  /** Texts that mean 0. Default: `0`, `0.0`, `false`, `no`; with `positive` given, every other value. */
  readonly negative?: readonly string[];
}

/** What every target declares. */
interface TargetBase {
  /** Letters, digits, `_` and `-`: outputs, weights and metrics (`purchase.auc`) are named by it. */
  readonly name: string;
  /** Source column. Default: the target's name. */
  readonly column?: string;
  /** Refuses rows that lack a value. Default false: such rows count for nothing in this target's losses and metrics. */
  readonly required?: boolean;
}

/** A target of 0 and 1, as {@link LabelSpec} says. */
export interface BinaryTargetSpec extends TargetBase, Omit<LabelSpec, 'column'> {
  readonly kind: 'binary';
}

/** A number or a count. */
export interface NumberTargetSpec extends TargetBase {
  readonly kind: 'number';
}

/** One of K classes. */
export interface ClassTargetSpec extends TargetBase {
  readonly kind: 'class';
  /** Texts of the classes, at least two; a class is the number of its place. */
  readonly classes: readonly string[];
}

/** Something that is to be predicted. */
export type TargetSpec = BinaryTargetSpec | NumberTargetSpec | ClassTargetSpec;

/** How the text file was written; found once, then stored and given explicitly from then on. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  readonly header: boolean;
  /** Lines that begin with this are skipped. */
  readonly comment?: string;
  /** Column names of a file without a header. */
  readonly names?: readonly string[];
}

/** The declaration of a schema: plain JSON, made by hand or by `inferSchema`. */
export interface SchemaSpec {
  readonly fields: readonly FieldSpec[];
  /** The main target, where it is binary; the same as a binary target `label` that is required. */
  readonly label?: LabelSpec;
  /** What is to be predicted, besides `label` or instead of it. */
  readonly targets?: readonly TargetSpec[];
  /** Column of sample weights (>= 0). */
  readonly weight?: string;
  /** Column of the group of GAUC and ranking metrics, usually the user. Rows without one have no part in them. */
  readonly group?: string;
  /** Column of the event's time, for splits and histories. */
  readonly time?: { readonly column: string; readonly format?: TimeFormat };
  /** Texts that mean missing, after trimming, besides the empty one, such as `?` or `NA`. */
  readonly nullValues?: readonly string[];
  /** Removes blanks around every text value. Default true. */
  readonly trim?: boolean;
  readonly dialect?: Dialect;
}
