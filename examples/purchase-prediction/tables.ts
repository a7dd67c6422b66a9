import { averagePrecision, classification, lift } from '@ctrflow/metrics';
import type { ReportTable } from '@ctrflow/report';
import type { RawTable } from '@ctrflow/features';
import type { PurchaseStudy } from './data-sets';
import type { Arm, ArmScores, StudyResult } from './run-study';

/** A user is predicted to buy from this probability on. */
const THRESHOLD = 0.5;

/** What came of a study, as tables of texts: mean over seeds, with the standard deviation where there are several. */
export function studyTables(study: PurchaseStudy, result: StudyResult): ReportTable[] {
  const { labels, rows, numTrain } = result;
  const positives = (values: Float32Array): string => `${values.filter((label) => label === 1).length} of ${values.length} positive`; // prettier-ignore
  const best = bestPossible(study, rows.tables.test, labels.test);
  return [
    {
      title: `Balanced test rows (${positives(labels.test)}; ${numTrain[0]} training rows, ${numTrain[1]} with shifting)`,
      header: ['model', 'precision', 'recall', 'F1', 'PR-AUC', 'lift of the first 10 %'],
      rows: [...result.arms.map((arm) => ranked(arm, labels.test, 'test')), ...(best === undefined ? [] : [best])],
    },
    {
      title: `Test rows at the natural rate (${positives(labels.natural)})`,
      header: ['model', 'precision', 'recall', 'F1', 'PR-AUC', 'lift of the first 10 %'],
      rows: result.arms.map((arm) => ranked(arm, labels.natural, 'natural')),
    },
    followUpTable(result),
  ];
}

function ranked({ name, scores }: Arm, labels: Float32Array, part: 'test' | 'natural'): string[] {
  const measured = scores.map((each) => {
    const scored = { labels, scores: each[part] };
    const { precision, recall, f1 } = classification(scored, THRESHOLD);
    return [precision, recall, f1, averagePrecision(scored), lift(scored, 0.1)];
  });
  return [name, ...measured[0].map((_, column) => meanAndDeviation(measured.map((values) => values[column])))];
}

/** The classifier by the true hazard, where it is known: rows of a need against all others. */
function bestPossible({ hazard }: PurchaseStudy, { columns }: RawTable, labels: Float32Array): string[] | undefined {
  const { user, day } = columns;
  if (hazard === undefined || user.kind !== 'text' || day.kind !== 'number') return undefined;
  const scores = Float64Array.from(user.codes, (code, row) => hazard(user.dictionary[code] ?? '', day.values[row]));
  const scored = { labels, scores };
  const { precision, recall, f1 } = classification(scored);
  return ['true hazard', ...[precision, recall, f1, averagePrecision(scored), lift(scored, 0.1)].map((value) => value.toFixed(3))]; // prettier-ignore
}

/** Of the users predicted, how many bought in the following half month. */
function followUpTable({ arms, rows: { followUp } }: StudyResult): ReportTable {
  const base = followUp.bought.filter(Boolean).length;
  const all = followUp.bought.length;
  const found = ({ followUp: scores }: ArmScores): number[] => {
    const predicted = followUp.bought.filter((_, i) => scores[i] >= THRESHOLD);
    const bought = predicted.filter(Boolean).length;
    const share = bought / predicted.length;
    const top = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]).slice(0, Math.ceil(all / 10)); // prettier-ignore
    return [predicted.length, bought, share, bought / base, top.filter((i) => followUp.bought[i]).length / top.length];
  };
  return {
    title: `Follow-up: ${all} open pairs of user (of the test part) and target on one day, ${base} (${((100 * base) / all).toFixed(1)} %) followed by a purchase within half a month`, // prettier-ignore
    header: ['model', 'predicted', 'of these bought', 'share', 'of all who bought', 'share among the first 10 %'],
    rows: arms.map(({ name, scores }) => {
      const measured = scores.map(found);
      const column = (at: number, digits: number): string => meanAndDeviation(measured.map((values) => values[at]), digits); // prettier-ignore
      return [name, column(0, 0), column(1, 0), column(2, 3), column(3, 3), column(4, 3)];
    }),
  };
}

function meanAndDeviation(values: readonly number[], digits = 3): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return mean.toFixed(digits);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toFixed(digits)} ± ${Math.sqrt(variance).toFixed(digits)}`;
}
