import type { FieldSpec } from '@ctrflow/features';

/** The files that a preset is trained on, and what is known of them. */
export interface PresetDataSet {
  /** `frappe_x1`, for instance. */
  readonly name: string;
  /** What the data set is, in one line. */
  readonly summary: string;
  /** Rows of the published parts. */
  readonly numRows: { readonly train: number; readonly valid: number; readonly test: number };
  /** The published results stop early on the test rows: there is no other validation part. */
  readonly validIsTest: boolean;
  /** Fields by name; or how many columns there are besides the label, all of them categorical, where only their number is published. */
  readonly fields: readonly FieldSpec[] | number;
  /** Column of the group of GAUC. */
  readonly group?: string;
  /** SHA-256 of each file. Undefined where none is published: then only the numbers of rows can be checked. */
  readonly checksums?: Readonly<Record<string, string>>;
}

/** How a preset trains, under the names of the options of `ctrflow train`. */
export interface PresetTraining {
  readonly batchSize: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly patience: number;
  readonly monitor: 'auc' | 'auc+gauc';
  readonly tableOptimizer: 'dense-adam';
  readonly l2Embedding: number;
  readonly l2Net: number;
  readonly clipNorm: number;
  readonly schedule: { readonly kind: 'plateau'; readonly factor: number; readonly minFactor: number };
  readonly seed: number;
}

/** What was published: shares, not percents. */
export interface PublishedResult {
  readonly auc: number;
  readonly logLoss: number;
  readonly gauc?: number;
  /** Test AUC of the run of the same grid that was best on the validation rows: the published run was chosen on the test rows. */
  readonly validSelectedAuc?: number;
  /** Mean and standard deviation over five seeds. */
  readonly fiveSeeds?: { readonly auc: number; readonly stdDev: number };
  readonly parameters: number;
}

/** Published settings of a model on a data set, and what they gave. */
export interface Preset {
  /** `barsctr/frappe_x1/deepfm`: source, data set, model. */
  readonly name: string;
  readonly dataSet: PresetDataSet;
  /** Name of the factory. */
  readonly model: string;
  readonly modelOptions: Readonly<Record<string, unknown>>;
  readonly training: PresetTraining;
  readonly published: PublishedResult;
  /** Where ours is not quite what was published, and what was not published. */
  readonly notes: readonly string[];
}
