import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/export');

/** Bugs in packages/export. */
export const exported: readonly Mutation[] = [
  bug('inputs/number-input', "'Less', [b.float64(name, 'boundaries', ...boundaries), given]", "'LessOrEqual', [b.float64(name, 'boundaries', ...boundaries), given]", 'round-trip'), // prettier-ignore
  bug('inputs/number-input', "return b.emit(name, 'Mul', [b.emit(name, 'Sign', [given]), log]);", 'return log;', 'raw-values'), // prettier-ignore
  bug('inputs/number-input', 'Math.sign(x) * Math.log1p(Math.abs(x))', 'Math.log1p(Math.abs(x))', 'raw-values'),
  bug(
    'inputs/number-input',
    "transform !== 'none' && transform !== 'min-max') return 0",
    'true) return 0',
    'round-trip',
  ),
  bug('inputs/number-input', 'return [s.min, s.max - s.min]', 'return [s.min, s.max]', 'round-trip'),
  bug('inputs/number-input', 'return [s.logMean ?? 0, s.logStd ?? 0]', 'return [s.mean, s.std]', 'round-trip'),
  bug('inputs/number-input', "b.int64(name, 'first_bucket', 1)", "b.int64(name, 'first_bucket', 0)", 'round-trip'),
  bug('inputs/number-input', '[isMissing, missing, scaled]', '[isMissing, scaled, missing]', 'round-trip'),
  bug('inputs/label-encoder', 'ids.set(value, missingId)', 'ids.set(value, unknownId)', 'round-trip'),
  bug('inputs/label-encoder', '[value, firstId + i]', '[value, firstId + i + 1]', 'round-trip'),
  bug('inputs/label-encoder', 'default_int64: unknownId', 'default_int64: missingId', 'round-trip'),
  bug('inputs/label-encoder', "if (padding) ids.set('', 0);", '', 'round-trip'),
  bug('inputs/list-input', 'padded(weights)], {', 'weights], {', 'round-trip'),
  bug('inputs/list-input', "b.emit(name, 'Cast', [isEntry], { attrs: to, output: ports.weights(name) })", "b.emit(name, 'Cast', [paddedIds], { attrs: to, output: ports.weights(name) })", 'round-trip'), // prettier-ignore
  bug(
    'inputs/list-input',
    "b.emit(name, 'Max', [paddedIds, zero], { output",
    "b.emit(name, 'Abs', [paddedIds], { output",
    'round-trip',
  ),
  bug('inputs/raw-inputs', "['', ...(schema.spec.nullValues ?? [])]", "['']", 'raw-values'),
  bug(
    'inputs/raw-inputs',
    'const [UNKNOWN, FIRST_VALUE] = [1, 2]',
    'const [UNKNOWN, FIRST_VALUE] = [0, 2]',
    'round-trip',
  ),
  bug('forward', "'table' in found ? found.table : slot", 'slot', 'round-trip'),
  bug('results', '[logitName, logit]', '[logitName, sigmoid(logit)]', 'round-trip'),
  bug('transpose-kernels', 'result[j * rows + i] = matrix[i * columns + j]', 'result[i * columns + j] = matrix[i * columns + j]', 'round-trip'), // prettier-ignore
  bug('transpose-kernels', '(input === id) === (i === 1)', '(input === id) === (i < 2)', ['round-trip', 'structure']),
  bug('onnx-model', 'if (!seen.has(name)) seen.add(name);', 'seen.add(name);\n    if (seen.has(name)) continue;', 'structure'), // prettier-ignore
  bug('used-slots', 'schema.slots.filter(({ name }) => names.has(name))', 'schema.slots', 'structure'),
  bug('onnx-model', "inputs === 'raw' ? rawPorts : idPorts", 'idPorts', 'round-trip'),
];
