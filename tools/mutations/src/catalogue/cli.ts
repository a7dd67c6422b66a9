import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/cli');
const inReport = bugsIn('packages/report');
const inDatagen = bugsIn('packages/datagen');

/** Bugs in packages/cli, and in what it shows and generates. */
export const cli: readonly Mutation[] = [
  bug(
    'steps/fit-settings',
    '...(l2Embedding !== undefined && { l2: l2Embedding }),',
    '',
    'options/training',
    'train --l2-embedding',
  ),
  bug(
    'steps/fit-settings',
    'return [negative, positive];',
    'return [positive, negative];',
    'options/training',
    'train --class-weights',
  ),
  bug('steps/fit-settings', 'Object.hasOwn(fitNumbers, name)', "name === 'epochs'", 'training-options'),
  bug('args/option', "typeof value === 'string' ? fromText(value) : value", 'value', ['training-options', 'arguments']),
  bug(
    'steps/fit-settings',
    'l2Net = l2, l2Embedding = l2',
    'l2Net, l2Embedding = l2',
    'options/training',
    'train --l2$',
  ),
  bug(
    'steps/fit-settings',
    'return adamW(learningRate ?? 1e-3, weightDecay)',
    'return adamW(learningRate ?? 1e-3)',
    'options/training',
    'train --weight-decay',
  ),
  bug(
    'steps/fit-settings',
    'return sgd(learningRate ?? 1e-2)',
    'return sgd(1e-2)',
    'options/training',
    'train --init-from',
  ),
  bug('steps/fit-settings', 'return { ...schedule, kind }', 'return { kind }', 'fit-settings'),
  bug(
    'steps/data-options',
    '...(negativeKeepRate !== undefined && { negativeKeepRate }),',
    '',
    'options/training',
    'train --negative-keep-rate',
  ),
  bug('steps/data-options', '...(limit !== undefined && { limit }),', '', 'options/training', 'train --limit'),
  bug('steps/data-options', '...(nullValues && { nullValues }),', '', 'options/training', 'train --null-values'),
  bug('steps/data-split', 'files[part] === undefined ? 0.1 : 0', 'files[part] === undefined ? 0.2 : 0', 'split-of'),
  bug('steps/data-split', "valid: share(who, options, 'valid'), test: share(who, options, 'test')", "valid: share(who, options, 'test'), test: share(who, options, 'valid')", 'split-of'), // prettier-ignore
  bug('steps/train-model', '{ ...seed, ...modelOptions }', '{ ...modelOptions }', 'options/training', 'train --seed'),
  bug('steps/train-model', 'resume, ...(checkpointSeconds', 'resume: false, ...(checkpointSeconds', 'ctrl-c'),
  bug('steps/predicted-columns', 'column[done + row]', 'column[row]', 'predict-order'),
  bug('commands/predict', ', ...(keep && { columns: keep })', '', 'predict-order'),
  bug('steps/auc-interval', "{ weightsAre: 'importance' }", "{ weightsAre: 'counts' }", 'weighted-intervals'),
  bug('steps/paired-differences', 'aucDifference(labels, logits, before.scored.logits,', 'aucDifference(labels, before.scored.logits, logits,', 'weighted-intervals'), // prettier-ignore
  bug('steps/paired-differences', 'interval(-high, -low)', 'interval(-low, -high)', 'compare', 'a difference of'),
  bug(
    'steps/field-statistics',
    'counts.squares / numRows - mean * mean',
    'counts.squares / numRows',
    'field-statistics',
  ),
  bug('steps/field-statistics', 'slot.numRows - vocabulary.length', '2', 'field-statistics'),
  bug('args/option', 'list.map(String)', 'list.slice(0, 1).map(String)', 'arguments'),
  bug('args/option', 'pair.slice(at + 1)', 'pair.slice(at)', 'arguments'),
  bug('args/invocation', 'mergeRecords(fromFile.options, fromFlags.options)', 'mergeRecords(fromFlags.options, fromFile.options)', 'arguments'), // prettier-ignore
  bug('args/invocation', 'mergeRecords(fromFile.modelOptions, fromFlags.modelOptions)', 'mergeRecords(fromFlags.modelOptions)', 'arguments'), // prettier-ignore
  bug('args/command-line', 'known.push(...argv.slice(i));', '', 'arguments'),
  bug('args/model-options', "typeof value === 'string' ? option.fromText(value) : value", 'value', ['model-options', 'arguments']), // prettier-ignore
  bug('args/model-options', 'Object.hasOwn(options, name)', 'true', ['model-options', 'arguments']),
  bug('exit-codes', 'SchemaError: exitCodes.data', 'SchemaError: exitCodes.usage', ['bad-input/data', 'bad-input/run']),
  bug('exit-codes', 'isSystemError(error) ? exitCodes.files', 'isSystemError(error) ? exitCodes.unexpected', ['bad-input/run', 'bad-input/usage', 'bad-input/data']), // prettier-ignore
  bug('steps/run-folder', "const passing = ['resume', 'json', 'quiet']", "const passing = ['json', 'quiet']", 'options-file'), // prettier-ignore
  bug('output/format', 'Math.round(count)', 'Math.floor(count)', 'format'),
  bug('report-error', "if (io.env.CTRFLOW_DEBUG === '1')", "if (io.env.CTRFLOW_DEBUG !== '1')", ['arguments', 'bad-input/usage']), // prettier-ignore
  bug('steps/truth', 'aucDifference(labels, truth, logits,', 'aucDifference(labels, logits, truth,', 'gap'),
  bug('steps/truth', 'truth.probabilities[row])', 'truth.probabilities[sourceRows.indexOf(row)])', 'gap'),
  bug('steps/open-data', 'truths.get(judged ?? source)', 'truths.get(source)', 'gap'),
  bug('steps/truth', 'truth.labels[row] === labels[i]', 'row >= 0', 'gap'),
  inReport('areas', 'pairedDifference(scores, truth, probabilities)', 'pairedDifference(scores, probabilities, truth)', 'report'), // prettier-ignore
  inDatagen('node/truth-files', '(await digestOf(path)) === sha256', 'true', 'truth'),
];
