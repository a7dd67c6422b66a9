import type { Callback } from '@ctrflow/training';
import { formatCount, formatEpochs, formatMetric, formatSeconds } from './format';
import type { Progress } from './progress';

/** Shows a training: a bar per epoch and part, and a line per finished epoch. */
export function trainingProgress(progress: Progress, model: string): Callback {
  let epochs = 0;
  let epochStarted = Date.now();
  const compiled = new Set<string>();
  return {
    onTrainStart(info) {
      epochs = info.epochs;
      epochStarted = Date.now();
      progress.log(`${model}: ${formatCount(info.numRows)} rows, at most ${formatEpochs(epochs)} on ${info.engine}`);
    },
    onCompile({ program, seconds }) {
      if (seconds === undefined) {
        progress.update({ label: `${model} compiles the ${program}`, done: 0, note: '...' });
      } else if (!compiled.has(program)) {
        compiled.add(program); // other shapes of batches are compiled in passing
        progress.log(`${model}: ${program} compiled in ${formatSeconds(seconds)}`);
      }
    },
    onBatchEnd({ epoch, batch, numBatches, loss, samplesPerSecond }) {
      const note = `loss ${loss.toFixed(4)}  ${formatCount(samplesPerSecond)} rows/s`;
      progress.update({ label: `${model} ${epoch}/${epochs}`, done: batch, total: numBatches, note });
    },
    onEvaluate({ part, rows, numRows }) {
      progress.update({ label: `${model} ${part}`, done: rows, total: numRows });
    },
    onEpochEnd({ epoch, trainLoss, valid }) {
      const metrics =
        valid === undefined ? '' : `  valid AUC ${formatMetric(valid.auc)}  log loss ${formatMetric(valid.logLoss)}`;
      const seconds = formatSeconds((Date.now() - epochStarted) / 1000);
      progress.log(`${model} ${epoch}/${epochs}  loss ${formatMetric(trainLoss)}${metrics}  ${seconds}`);
      epochStarted = Date.now();
      return undefined;
    },
    onTrainEnd() {
      progress.clear();
    },
  };
}
