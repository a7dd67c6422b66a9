import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/features');

/** Bugs in packages/features. */
export const features: readonly Mutation[] = [
  bug('vocabulary', 'if (count < minCount) continue;', 'if (count <= minCount) continue;', ['fields', 'fitter']),
  bug('vocabulary', 'pending[code] >= minCount', 'pending[code] > minCount', 'fitter'),
  bug('vocabulary', '.sort((a, b) => b - a)', '.sort((a, b) => a - b)', ['fields', 'fitter']),
  bug('vocabulary', 'count += entry.value[1];', 'count = entry.value[1];', 'fitter'),
  bug('text', 'const value = trim ? text.trim() : text;', 'const value = text;', ['fields', 'encode', 'schema']),
  bug('text', 'String(values[i] === 0 ? 0 : values[i])', 'values[i].toFixed(6)', 'edges'),
  bug('time', '- offsetOf(zone)', '+ offsetOf(zone)', ['fields', 'sessions']),
  bug('time', 'date.getUTCDate() - 1', 'date.getUTCDate()', ['fields', 'encode']),
  bug('time', 'date.getUTCDay() % 6 === 0 ? 1 : 0', 'date.getUTCDay() >= 6 ? 1 : 0', ['fields', 'encode']),
  bug('time', "part('YYYY', 2000 + part('YY', 0))", "part('YYYY', 1900 + part('YY', 0))", 'fields'),
  bug('numeric-summary', '(delta * delta * this.count * theirs) / count', 'delta * delta', 'fitter'),
  bug('numeric-summary', 'Math.sqrt(this.squares / this.count)', 'Math.sqrt(this.squares / (this.count - 1))', ['fields', 'fitter']), // prettier-ignore
  bug('numeric-summary', '(i + 1) / numBuckets', 'i / numBuckets', ['fields', 'fitter']),
  bug('quantile-sketch', 'Math.ceil(share * this.count)', 'Math.floor(share * this.count)', 'fitter'),
  bug('quantile-sketch', 'i === 0 ? 1 : 2 ** (i - 1)', 'i === 0 ? 1 : 2 ** i', 'fitter'),
  bug('sessions', 'times[from] - times[from - 1] <= gap', 'times[from] - times[from - 1] < gap', 'sessions'),
  bug('sessions', 'from: Math.max(from, to - maxSessionLength), to', 'from, to: Math.min(to, from + maxSessionLength)', 'sessions'), // prettier-ignore
  bug('windows', '1 + Math.max(...own.map(({ step }) => step))', 'Math.max(...own.map(({ step }) => step))', 'windows'),
  bug('windows', 'transform, missing: 0,', "transform, missing: 'mean',", 'windows'),
  bug('fingerprint64', 'first << 3', 'first << 2', 'fingerprint64'),
  bug('fingerprint64', 'if (length <= 32)', 'if (length < 32)', 'fingerprint64'),
  bug('fields/categorical', 'place < 0 ? UNKNOWN : place + FIRST_VALUE', 'place < 0 ? MISSING : place + FIRST_VALUE', ['fields', 'encode']), // prettier-ignore
  bug('fields/categorical', 'hash.modulo(numBuckets) + (reservedRows ? 1 : 0)', 'hash.modulo(numBuckets)', 'fields'),
  bug('fields/categorical', 'if (id < size)', 'if (id <= size)', ['fields', 'encode']),
  bug('fields/list', "field.kind === 'sequence' && field.keep !== 'first'", "field.keep !== 'first'", 'edges'),
  bug('fields/list', 'keepLast ? offsets[row + 1] - length : offsets[row]', 'keepLast ? offsets[row] : offsets[row]', 'fields'), // prettier-ignore
  bug('fields/list', 'keptWeights?.set(weights.subarray(from, from + length), shorter[row])', 'keptWeights?.set(weights.subarray(from, from + length), 0)', 'edges'), // prettier-ignore
  bug('fields/list', 'entry.lastIndexOf(weightSeparator)', 'entry.indexOf(weightSeparator)', 'fields'),
  bug('fields/crossed', 'values.join(SEPARATOR)', "values.join('')", 'fields'),
  bug('fields/crossed', 'context.spec.fields.filter((candidate) => members.includes(candidate))', 'members', ['fields', 'encode']), // prettier-ignore
  bug('fields/numeric', 'if (boundaries[middle] < value)', 'if (boundaries[middle] <= value)', 'fields'),
  bug('fields/numeric', 'field.missingIndicator ?? statistics.missing > 0', 'field.missingIndicator ?? false', ['fields', 'schema']), // prettier-ignore
  bug('fields/numeric', 'isLog ? signedLog(missing) : missing', 'missing', 'edges'),
  bug('fields/numeric', 'const middle = isLog ? logMean : mean', 'const middle = mean', 'fields'),
  bug('fields/roles', 'fingerprint64(value).low53Bits()', "fingerprint64(text ?? '').low53Bits()", 'edges'),
  bug('fields/roles', 'anyCase(memberOf(NEGATIVE))', 'memberOf(NEGATIVE)', 'edges'),
  bug('fields/lookup', 'for (; table.length < dictionary.length; table.length++)', 'for (; table.length < 2 && table.length < dictionary.length; table.length++)', ['encode', 'fields']), // prettier-ignore
  bug('fields/session-layout', 'other.history === field.history', 'other.name === field.history', 'sessions'),
  bug('fields/session-layout', 'weights.fill(1, at, at + to - from)', 'weights.fill(1, at, at + T)', 'sessions'),
  bug(
    'fitter',
    "field.transform === 'quantile' || crossed.has(field.name)",
    "field.transform === 'quantile'",
    'fields',
  ),
  bug('fitter', 'total?.addValue(value, counts[code])', 'total?.addValue(value)', 'fitter'),
  bug('infer', 'numDistinct <= MAX_INTEGER_CATEGORIES', 'numDistinct < MAX_INTEGER_CATEGORIES', 'edges'),
  bug('infer', 'profile.labelPurity > LEAK_PURITY', 'profile.labelPurity >= 1', 'declarations'),
];
