import type { FeatureSchema, LabelSpec, SchemaSpec, TargetSpec } from '@ctrflow/features';
import type { DialectOptions } from '../dialect';
import type { Split } from '../split';
import type { Cleaning } from './clean';
import type { OnBadRow } from './quarantine';
import type { Source } from './source';

/** Options of `openDataset`. */
export interface OpenDatasetOptions {
  /** The label's column, or its declaration. Needed when `schema` does not declare it. */
  readonly label?: string | LabelSpec;
  /** What is to be predicted besides the label or instead of it: several targets, numbers, classes. In the place of those that `schema` declares. */
  readonly targets?: readonly TargetSpec[];
  /** A declaration to fit, or a fitted schema. Default: inferred from the file. */
  readonly schema?: SchemaSpec | FeatureSchema;
  /** Columns that an inferred schema leaves out. */
  readonly dropColumns?: readonly string[];
  /** Default: 10 % for validation and 10 % for test by a stable hash of the row. Not used for parts that are files of their own. */
  readonly split?: Split;
  /** Validation rows, where they are a file of their own. */
  readonly valid?: Source;
  /** Test rows, where they are a file of their own. */
  readonly test?: Source;
  /** Default `fail`. */
  readonly onBadRow?: OnBadRow;
  /** Drops duplicates and rows that are out of range, before splitting. Default: none. */
  readonly clean?: Cleaning;
  /** What is known of text files: delimiter, names, comment, ... Found otherwise. */
  readonly dialect?: DialectOptions;
  /** Texts that mean missing, for an inferred schema. */
  readonly nullValues?: readonly string[];
  /** Keeps this share of the negative training rows, drawn at random, the same ones every time; evaluations correct for it. Default 1. */
  readonly negativeKeepRate?: number;
  /**
   * Keeps the encoded rows in this folder as Arrow files and reads them from there: data larger than memory. An encoding of the same files with the same options is used
   * again. Default: in memory.
   */
  readonly encodedFolder?: string;
  /** Megabytes that shuffling an encoded folder may hold. Default 512. */
  readonly shuffleMegabytes?: number;
  /** Reads this many rows at most. */
  readonly limit?: number;
  /** Keeps the number that every row had in its source, as `sourceRow`; malformed lines are not counted. Default false. */
  readonly sourceRows?: boolean;
  /** DuckDB's memory limit. Default `1GB`. */
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** Hears what is being done. */
  readonly onProgress?: (phase: 'load' | 'infer' | 'fit' | 'encode', rows: number) => void;
}

export const openDatasetOptionNames: readonly (keyof OpenDatasetOptions)[] = [
  'label', 'targets', 'schema', 'dropColumns', 'split', 'valid', 'test', 'onBadRow', 'clean', 'dialect', 'nullValues', 'negativeKeepRate', 'encodedFolder', 'shuffleMegabytes', 'limit', 'sourceRows', 'memoryLimit', 'threads', 'onProgress',
]; // prettier-ignore
