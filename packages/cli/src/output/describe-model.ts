import type { CtrModel } from '@ctrflow/model-kit';
import { formatBytes, formatCount } from './format';
import { renderTable } from './table';

/** A part of a model and its size. */
interface ModelPart {
  readonly path: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

/** Tables, dense weights with their shapes, and what training them takes in memory. */
export function describeModel(model: CtrModel): string {
  const parts = partsOf(model);
  const rows = parts.map(({ path, shape, trainable }) => [
    path,
    shape.length === 0 ? 'scalar' : shape.map(formatCount).join(' x '),
    trainable ? formatCount(sizeOf(shape)) : `${formatCount(sizeOf(shape))} (fixed)`,
  ]);
  const table = renderTable(
    [{ title: 'weight' }, { title: 'shape' }, { title: 'parameters', align: 'right' }],
    [...rows, ['total', '', formatCount(model.numParameters)]],
  );
  const options = Object.entries(model.options).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `${model.name} (version ${model.version})\n  ${options.join(', ')}\n\n${table}\n${describeMemory(parts)}\n`;
}

/** The same as an object, for `--json`. */
export function modelAsJson(model: CtrModel): object {
  const { name, version, options, numParameters } = model;
  return { name, version, options, numParameters, weights: partsOf(model) };
}

function partsOf(model: CtrModel): readonly ModelPart[] {
  const tables = model.groups.flatMap((group) =>
    group.tables.map((table) => ({
      path: `${group.name}/${table.name}`,
      shape: [table.numRows, group.dim],
      trainable: true,
    })),
  );
  const dense = model.weights.map(({ path, variable, trainable }) => ({ path, shape: variable.shape, trainable }));
  return [...tables, ...dense];
}

/** Adam keeps two moments beside every number; the gradients of tables grow with the batch only. */
function describeMemory(parts: readonly ModelPart[]): string {
  const bytes = 4 * parts.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return `memory: ${formatBytes(bytes)} of weights, ${formatBytes(3 * bytes)} while training with Adam (batches come on top)`;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
