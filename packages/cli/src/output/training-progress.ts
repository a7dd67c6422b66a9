import type { Callback, Evaluation } from '@ctrflow/training';
import { formatCount, formatEpochs, formatMetric, formatSeconds } from './format';
import type { Progress } from './progress';
import { headline, metricsOfTarget, targetsIn } from './metric-names';

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
      const metrics = valid === undefined ? '' : `  valid ${shownMetrics(valid)}`;
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

/** `AUC 0.8123  log loss 0.3123` of one target; of several the metric that stands for each. */
function shownMetrics(valid: Evaluation): string {
  const targets = targetsIn(valid);
  const shown = targets.map((target) => {
    const [title, value] = headline(metricsOfTarget(valid, target));
    return `${target} ${title} ${formatMetric(value)}`;
  });
  if (targets.length > 0) return shown.join('  ');
  const [title, value] = headline(valid);
  const loss = title === 'AUC' ? `  log loss ${formatMetric(valid.logLoss)}` : '';
  return `${title} ${formatMetric(value)}${loss}`;
}
