import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/embeddings');

/** Bugs in packages/embeddings. */
export const embeddings: readonly Mutation[] = [
  bug('rules', 'learningRate / (1 - beta1 ** step)', 'learningRate / (1 - beta1 ** (step + 1))', [
    'optimizers',
    'torch',
  ]),
  bug('rules', '1 / Math.sqrt(1 - beta2 ** step)', '1', ['optimizers', 'torch']),
  bug('rules', 'gradientScale * l2, beta1', "kind === 'dense-adam' ? 0 : gradientScale * l2, beta1", ['optimizers', 'torch']), // prettier-ignore
  bug('rules', "dense: kind === 'dense-adam'", 'dense: false', ['optimizers', 'torch']),
  bug('rules', 'data[at + dim] + fround(sum / size)', 'data[at + dim] + sum', ['optimizers', 'torch']),
  bug('rules', 'fround(b + root) / alpha', 'fround(b + root)', ['optimizers', 'torch']),
  bug('rules', 'shrunk <= 0 ? 0 : -Math.sign(z)', 'shrunk <= 0 ? 0 : Math.sign(z)', ['optimizers', 'torch']),
  bug('rules', "name: 'accumulator', width: 'row', initial: initialAccumulator", "name: 'accumulator', width: 'row', initial: 0", 'optimizers'), // prettier-ignore
  bug('rules', 'const sigma = fround(fround(root - fround(Math.sqrt(old))) / alpha)', 'const sigma = fround(root / alpha)', 'optimizers'), // prettier-ignore
  bug('plain-rows', 'distinct[inverse[i]] * stride', 'distinct[i] * stride', ['optimizers', 'kernels', 'tables']),
  bug('plain-rows', 'summed[at + j] += gradients[g++]', 'summed[at + j] = gradients[g++]', ['optimizers', 'kernels']),
  bug('plain-rows', 'for (const slot of paddingSlots) summed.fill(0, slot * dim, (slot + 1) * dim);', '', ['optimizers', 'kernels']), // prettier-ignore
  bug('plain-rows', 'this.rule?.dense !== true || decay === 0', '(true as boolean)', ['kernels', 'optimizers']),
  bug('plain-rows', 'sum += square(j);\n    return sum', 'sum = square(j);\n    return sum', 'kernels'),
  bug('planner', 'slotOf[distinct[slot]] = -1', 'slotOf[slot] = -1', ['planner', 'optimizers']),
  bug('planner', '[this.arrays, this.others] = [this.others, this.arrays];', '', 'planner'),
  bug('planner', 'const last = slotOf.length - 1;\n', 'const last = slotOf.length;\n', 'planner'),
  bug('table-group', 'if (this.isPadded(table)) this.write(this.weightColumn(table), new Float32Array(this.dim));', '', 'tables'), // prettier-ignore
  bug('table-group', 'this.initialize(name, weights.length / this.dim);', '', 'tables'),
  bug('table-group', 'Math.max(from, this.isPadded(table) ? 1 : 0)', 'from', ['tables', 'optimizers']),
  bug('table-group', 'initial(row * dim + j)', 'initial(row + j)', 'groups'),
  bug('table-group', 'firstRow: column.firstRow + rows[i]', 'firstRow: rows[i]', 'tables'),
  bug('table-group', 'this.rowDecay.set(decay, this.offsetOf(table))', 'this.rowDecay.set(decay)', 'groups'),
  bug('table-group', 'this.summed?.plan === plan && this.summed.gradients === gradients', 'this.summed?.plan === plan', 'groups'), // prettier-ignore
  bug('table-group', 'this.summed = undefined; // its place is used', '', ['tables', 'optimizers', 'kernels']),
  bug('initializers', '(2 * uniformAt(key, index) - 1)', 'uniformAt(key, index)', 'groups'),
  bug('initializers', "foldIn(key, 'table', table)", "foldIn(key, 'table')", 'groups'),
  bug('row-decay', 'const factor = decay[distinct[slot]];', 'const factor = decay[slot];', ['tables', 'kernels']),
  bug('table-offsets', 'offset += numRows;', 'offset += numRows - 1;', ['tables', 'optimizers', 'kernels']),
  bug('layout', 'at: stride - width, width, initial', 'at: dim, width, initial', ['optimizers', 'tables']),
  bug('columns', 'out[o++] = data[from + j]', 'out[o++] = data[from]', ['tables', 'optimizers']),
  bug('safetensors', '(a < b ? -1 : 1)', '(a < b ? 1 : -1)', 'safetensors'),
  bug('safetensors', 'Math.ceil(json.length / 8) * 8', 'json.length', 'safetensors'),
  bug('safetensors', "dtype === 'F32' ? new Float32Array", "dtype !== 'F32' ? new Float32Array", 'safetensors'),
  bug('safetensors', 'offsets[0] !== expectedBegin', 'offsets[0] < expectedBegin', 'groups'),
  bug('wasm/formulas', 'c.store(piece, 2 * c.dim, get(v)),', '', ['kernels', 'optimizers']),
  bug('wasm/formulas', 'div(get(sum), dim)', 'get(sum)', ['kernels', 'optimizers']),
];
