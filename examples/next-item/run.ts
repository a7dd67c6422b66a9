import { datasetFromTables, nextItemRows } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import { rankingMetrics } from '@ctrflow/metrics';
import type { RunReport } from '@ctrflow/report';
import { adam, fit, scoreRows } from '@ctrflow/training';
import { createModel } from '@ctrflow/zoo';
import type { NextItemTask } from './data-sets';

/** Options of {@link compareNextItem}. */
export interface CompareOptions {
  readonly epochs: number;
  readonly batchSize?: number;
  readonly embeddingDim?: number;
  readonly seed?: number;
  readonly onProgress?: (line: string) => void;
}

/** What a model came to on the test lists. */
export interface NextItemResult {
  readonly model: string;
  readonly auc: number;
  readonly gauc: number;
  readonly hitRate10: number;
  readonly ndcg10: number;
  readonly report: RunReport;
}

/** Models under names of their own: DIEN without auxiliary loss and with the gate of its authors' code. */
const variants: Readonly<Record<string, { readonly model: string; readonly options: object }>> = {
  'dien-raised': { model: 'dien', options: { evolution: 'augru-raised', auxiliaryWeight: 0 } },
};

/** Trains each model of a task on the same rows; the epoch with the highest AUC by list is kept. */
export async function compareNextItem(
  task: NextItemTask,
  { epochs, batchSize = 1024, embeddingDim = 16, seed = 1, onProgress = () => undefined }: CompareOptions,
): Promise<NextItemResult[]> {
  const histories = await datasetOf(task);
  const { numRows } = histories.summary;
  onProgress(`${numRows.train} rows to train, ${numRows.valid} to validate, ${numRows.test} to test`);
  const results: NextItemResult[] = [];
  for (const name of task.models) {
    const data = name === 'dsin' ? await datasetOf({ ...task, rows: { ...task.rows, sessions: task.sessions ?? {} } }) : histories; // prettier-ignore
    const { model: kind, options } = variants[name] ?? { model: name, options: {} };
    const model = createModel(kind, data.schema, { embeddingDim, hiddenUnits: [64, 32], dropout: 0.2, seed, ...options }); // prettier-ignore
    const result = await fit(model, data, {
      ...{ batchSize, epochs, seed, patience: 2, monitor: 'gauc', optimizer: adam(1e-3) },
      tableOptimizer: { kind: 'lazy-adam', l2: 1e-4 },
    });
    const { labels, logits, groups, probabilities } = await scoreRows(model, data.test!);
    const { hitRate, ndcg } = rankingMetrics({ labels, scores: logits, groups: groups! }, 10);
    const { auc, gauc, ...others } = result.test!;
    onProgress(`${name}: ${result.epochs} epochs, best ${result.bestEpoch}, ${result.seconds.toFixed(0)} s, AUC ${auc.toFixed(4)}, GAUC ${gauc.toFixed(4)}, HR@10 ${hitRate.toFixed(4)}, NDCG@10 ${ndcg.toFixed(4)}`); // prettier-ignore
    const { seconds, rows: numTrained, engine, bestEpoch, history } = result;
    results.push({
      ...{ model: name, auc, gauc, hitRate10: hitRate, ndcg10: ndcg },
      report: {
        ...{ title: name, model: kind, parameters: model.numParameters, seconds, rows: numTrained, engine, bestEpoch, history },
        ...{ part: 'test', metrics: { auc, gauc, hitRate10: hitRate, ndcg10: ndcg, ...others }, scores: { labels, probabilities } },
      },
    }); // prettier-ignore
    model.dispose();
  }
  return results;
}

async function datasetOf({ log, rows }: NextItemTask): Promise<Dataset> {
  const { spec, ...parts } = nextItemRows(log, rows);
  return datasetFromTables(spec, parts);
}
