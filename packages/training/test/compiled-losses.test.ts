import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { encodeOnnx, loadRuntime, lower, optimize, record } from '@ctrflow/compiler';
import type { DType, TensorSpec } from '@ctrflow/compiler';
import type { Loss } from '@ctrflow/losses';
import { ROUNDOFF, allLosses, differentiableOutputs, directionalDifference, exactLoss, project, randomLossInputs, signs } from '@ctrflow/testkit'; // prettier-ignore
import type { PlainLossInputs } from '@ctrflow/testkit';
import { valueAndGrads } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

const B = 8;

interface Port extends TensorSpec {
  readonly name: string;
  readonly values: readonly number[];
}

/** Inputs of a graph: `output/NAME`, `value/NAME`, `weight/NAME`, `weights`, `groups`. */
function portsOf({ outputs, targets, weights, groups }: PlainLossInputs): readonly Port[] {
  const port = (name: string, values: readonly number[], dtype: DType = 'float32'): Port => ({ name, values, dtype, shape: [B, values.length / B] }); // prettier-ignore
  return [
    ...Object.entries(outputs).map(([name, rows]) => port(`output/${name}`, rows.flat())),
    ...Object.entries(targets).flatMap(([name, target]) => [
      port(`value/${name}`, target.values),
      port(`weight/${name}`, target.weights),
    ]),
    port('weights', weights),
    port('groups', groups, 'int32'),
  ];
}

/** Value and gradients of a loss, recorded, rewritten and run in ONNX Runtime. */
async function runCompiled(loss: Loss, inputs: PlainLossInputs, names: readonly string[]) {
  const ports = portsOf(inputs);
  const graph = record(
    ({ inputs: given }) => {
      const below = <T>(prefix: string, of: (tensor: Tensor, name: string) => T): Record<string, T> =>
        Object.fromEntries(Object.entries(given).flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), of(tensor, name.slice(prefix.length))]] : []))); // prettier-ignore
      const targets = below('value/', (values, name) => ({ values: values as Tensor2D, weights: given[`weight/${name}`] as Tensor2D })); // prettier-ignore
      const others = { targets, weights: given.weights as Tensor2D, groups: given.groups as Tensor2D };
      const outputs = below('output/', (tensor) => tensor);
      const { value, grads } = valueAndGrads((...some: Tensor[]) =>
        loss.of({ ...others, outputs: { ...outputs, ...Object.fromEntries(names.map((name, i) => [name, some[i]])) } }),
      )(names.map((name) => outputs[name]));
      return { loss: value, ...Object.fromEntries(names.map((name, i) => [`gradient/${name}`, grads[i]])) };
    },
    { inputs: Object.fromEntries(ports.map(({ name, shape, dtype }) => [name, { shape, dtype }])) },
  );
  const { runtime } = await loadRuntime('onnxruntime-node');
  const optimized = optimize(graph);
  const session = await runtime.load(encodeOnnx(lower(optimized)), { threads: 1 });
  const used = new Set(optimized.inputs.map(({ name }) => name));
  const feeds = ports
    .filter(({ name }) => used.has(name))
    .map(({ name, dtype, shape, values }) => [name, runtime.tensor(dtype, dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values), shape)] as const); // prettier-ignore
  const wanted = Object.fromEntries(optimized.outputs.map(({ name }) => [name, null]));
  const results = await session.run(Object.fromEntries(feeds), wanted);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
}

// Planted bugs: a kernel without a lowering, a comparison of integers cast to floats, a gradient that eager tfjs has and the recorded graph has not.
test.each(allLosses)('%s compiled follows the float64 loops, value and gradients', async (_, loss) => {
  for (const limit of [3, 1e4]) {
    const inputs = randomLossInputs(loss, B, 7, limit);
    const names = differentiableOutputs(loss, inputs);
    const { loss: value, ...gradients } = await runCompiled(loss, inputs, names);
    const exact = exactLoss(loss, inputs);
    const bound = (size: number): number => 100 * ROUNDOFF * (size + 1);
    expect(Math.abs(value[0] - exact.value), `${value[0]} against ${exact.value}`).toBeLessThanOrEqual(bound(exact.size)); // prettier-ignore
    for (const name of names) {
      const gradient = gradients[`gradient/${name}`];
      expect(gradient.every(Number.isFinite)).toBe(true);
      if (limit > 3) continue;
      const rows = inputs.outputs[name];
      const direction = signs(gradient.length, name);
      const at = (numbers: Float64Array): number => {
        const moved = rows.map((row, b) => row.map((_number, d) => numbers[b * row.length + d]));
        return exactLoss(loss, { ...inputs, outputs: { ...inputs.outputs, [name]: moved } }).value;
      };
      const slope = directionalDifference(at, Float64Array.from(rows.flat()), direction);
      const found = project(gradient, direction);
      expect(Math.abs(found.value - slope), `gradient of ${name}: ${found.value} against ${slope}`).toBeLessThanOrEqual(bound(found.magnitude + exact.size)); // prettier-ignore
    }
  }
});
