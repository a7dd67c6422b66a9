import { cnnLstm } from '@ctrflow/cnn-lstm';
import type { CnnLstmOptions } from '@ctrflow/cnn-lstm';
import { auc, logLoss } from '@ctrflow/metrics';
import type { ReportEpoch, RunReport } from '@ctrflow/report';
import { adam, fit, predict, scoreRows } from '@ctrflow/training';
import type { PurchaseStudy } from './data-sets';
import { studyRows } from './rows';
import type { StudyRows } from './rows';
import { trainXGBoost } from './xgboost';

/** Options of {@link runStudy}. */
export interface RunStudyOptions {
  /** One training of each network per seed. */
  readonly seeds: readonly number[];
  readonly epochs: number;
  /** Baskets deleted at most where there is shifting. Default 2. */
  readonly shifts?: number;
  readonly hiddenUnits?: number;
  readonly onProgress?: (line: string) => void;
}

/** Probabilities of one training. */
export interface ArmScores {
  readonly test: Float64Array;
  readonly natural: Float64Array;
  readonly followUp: Float64Array;
}

/** A model with its trainings, one per seed; the first one goes into the report. */
export interface Arm {
  readonly name: string;
  readonly shifts: number;
  readonly scores: readonly ArmScores[];
  readonly report: RunReport;
}

/** All models on the same rows. */
export interface StudyResult {
  readonly rows: StudyRows;
  /** Training rows without and with shifting. */
  readonly numTrain: readonly [plain: number, shifted: number];
  readonly labels: { readonly test: Float32Array; readonly natural: Float32Array };
  readonly arms: readonly Arm[];
}

const structures = ['lstm', 'cnn', 'cnn-lstm'] as const;

/** Trains every model with and without shifting (where it adds rows). Options are the same for all; the epoch is chosen by the validation loss. */
export async function runStudy(study: PurchaseStudy, options: RunStudyOptions): Promise<StudyResult> {
  const { shifts = 2, onProgress = () => undefined } = options;
  const plain = await studyRows(study, 0);
  const shifted = await studyRows(study, shifts);
  const arms: Arm[] = [];
  const numTrain = [plain.data.train.numRows, shifted.data.train.numRows] as const;
  const sets = [{ numShifts: 0, rows: plain }, { numShifts: shifts, rows: shifted }].slice(0, numTrain[1] > numTrain[0] ? 2 : 1); // prettier-ignore
  for (const { numShifts, rows } of sets) {
    const trainings = structures.map((structure) => () => trainNetwork(rows, structure, numShifts, options));
    for (const train of [...trainings, () => trainTrees(rows, numShifts)]) {
      const arm = await train();
      if (arm === undefined) {
        onProgress('xgboost: left out, no Python with it; run tools/bench/setup xgboost');
        continue;
      }
      onProgress(`${arm.name}: best epoch ${arm.report.bestEpoch}, test AUC ${arm.report.metrics.auc?.toFixed(4)}`);
      arms.push(arm);
    }
  }
  const labels = { test: labelsOf(plain, 'test'), natural: labelsOf(plain, 'natural') };
  return { rows: plain, numTrain, labels, arms };
}

async function trainNetwork(
  rows: StudyRows,
  structure: NonNullable<CnnLstmOptions['structure']>,
  shifts: number,
  { seeds, epochs, hiddenUnits = 32 }: RunStudyOptions,
): Promise<Arm> {
  const scores: ArmScores[] = [];
  let report: RunReport | undefined;
  const name = nameOf(structure, shifts);
  for (const seed of seeds) {
    const size = { filters: [hiddenUnits, hiddenUnits], units: hiddenUnits, hiddenUnits: [hiddenUnits] };
    const model = cnnLstm(rows.data.schema, { structure, ...size, dropout: 0.2, embeddingDim: 4, seed });
    const result = await fit(model, rows.data, { batchSize: 256, epochs, patience: 3, optimizer: adam(3e-3), monitor: 'logLoss', seed }); // prettier-ignore
    const test = await scoreRows(model, rows.data.test!);
    const natural = await scoreRows(model, rows.natural.rows);
    const followUp = new Float64Array(rows.followUp.rows.numRows);
    let at = 0;
    for await (const chunk of predict(model, rows.followUp.rows)) {
      followUp.set(chunk, at);
      at += chunk.length;
    }
    scores.push({ test: test.probabilities, natural: natural.probabilities, followUp });
    report ??= {
      ...{ title: name, model: name, parameters: model.numParameters, seconds: result.seconds, rows: result.rows },
      ...{ engine: result.engine, bestEpoch: result.bestEpoch, history: result.history, part: 'test' },
      ...{ metrics: result.test ?? {}, scores: test },
    };
    model.dispose();
  }
  return { name, shifts, scores, report: report! };
}

/** XGBoost; undefined where Python is not set up. Ten rounds of trees are an epoch of the report. */
async function trainTrees(rows: StudyRows, shifts: number): Promise<Arm | undefined> {
  const { tables, natural, followUp } = rows;
  const { train, valid, test } = tables;
  const started = performance.now();
  const result = await trainXGBoost({ train, valid, test, natural: natural.table, followUp: followUp.table });
  if (result === undefined) return undefined;
  const [name, labels] = [nameOf('xgboost', shifts), labelsOf(rows, 'test')];
  const probabilities = Float64Array.from(result.scores.test);
  const history = result.trainLoss.flatMap((trainLoss, i): ReportEpoch[] =>
    i % 10 === 9
      ? [{ epoch: (i + 1) / 10, trainLoss, learningRate: 0.05, valid: { logLoss: result.validLoss[i] } }]
      : [],
  );
  const scored = { labels, scores: probabilities };
  const metrics = { auc: auc(scored), logLoss: logLoss(scored) };
  return {
    ...{ name, shifts },
    scores: [{ test: probabilities, natural: Float64Array.from(result.scores.natural), followUp: Float64Array.from(result.scores.followUp) }], // prettier-ignore
    report: {
      ...{ title: name, model: name, parameters: 0, seconds: (performance.now() - started) / 1000 },
      ...{
        rows: train.numRows,
        engine: `xgboost, depth ${result.depth}`,
        bestEpoch: Math.ceil(result.bestRound / 10),
        history,
      },
      ...{ part: 'test', metrics, scores: { labels, probabilities } },
    },
  };
}

function nameOf(model: string, shifts: number): string {
  return shifts === 0 ? model : `${model}, shifted`;
}

/** Labels of a part as they stand in its table. */
function labelsOf({ tables, natural }: StudyRows, part: 'test' | 'natural'): Float32Array {
  const { columns } = part === 'test' ? tables.test : natural.table;
  const { bought } = columns;
  if (bought.kind !== 'text') throw new TypeError('study: expected labels as texts');
  return Float32Array.from(bought.codes, (code) => Number(bought.dictionary[code]));
}
