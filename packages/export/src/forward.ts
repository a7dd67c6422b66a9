import { gather } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { optimize, record, recordForAnyBatch } from '@ctrflow/compiler';
import type { Graph, Port, TensorSpec } from '@ctrflow/compiler';
import { emptyRecord, mergeRecords, recordOf, withScope } from '@ctrflow/core';
import { withStep } from '@ctrflow/layers';
import type { CtrModel, Outputs, SlotTensors } from '@ctrflow/model-kit';
import { givenFeeds, predictionFeeds } from './used-slots';
import type { UsedSlots } from './used-slots';

/** Names of the graph's inputs for a slot: its ids or values, and the weights of a list. */
export interface SlotPorts {
  readonly main: (slot: string) => string;
  readonly weights: (slot: string) => string;
}

/**
 * Records a model from ids to results, tables included: ids `[B, 1]`, values `[B, 1]`, lists `[B, T]` with weights `[B, T]`, T being the
 * field's longest. Tables are variables under their paths (`embedding/city`), as dense weights are. What no result depends on is left
 * out, inputs too.
 */
export function recordFromIds(
  model: CtrModel,
  used: UsedSlots,
  ports: SlotPorts,
  results: (outputs: Outputs) => Readonly<Record<string, Tensor>>,
): Graph {
  const tables = tableSpecs(model);
  const recordAt = (B: number): Graph =>
    record(
      ({ inputs }) => {
        const slots = slotTensors(inputs, used, ports);
        const feeds = recordOf(
          predictionFeeds(model).map((feed) => [feed.name, feed.inGraph?.(slots) ?? inputs[feed.name]]),
        );
        return withScope(model.name, () => {
          const outputs = withStep({ training: false, dropoutMask: neverDropped }, () => model.forward(feeds));
          return results(outputs);
        });
      },
      {
        inputs: mergeRecords(slotSpecs(used, ports, B), givenSpecs(model, B), tables),
        variables: recordOf(model.weights.map(({ path, variable }) => [path, variable])),
      },
    );
  return withVariables(optimize(recordForAnyBatch(recordAt)), new Set(Object.keys(tables)));
}

/** The slots of a model as a graph's inputs; rows are gathered from the tables. */
function slotTensors(
  inputs: Readonly<Record<string, Tensor>>,
  { byName }: UsedSlots,
  { main, weights }: SlotPorts,
): SlotTensors {
  return {
    main: (slot) => inputs[main(slot)],
    weights: (slot) => inputs[weights(slot)],
    rows: (group, slot) =>
      withScope(`${group}/${slot}`, () => {
        const found = byName.get(slot)!;
        const table = 'table' in found ? found.table : slot;
        return gather(inputs[`${group}/${table}`], inputs[main(slot)] as Tensor1D);
      }),
  };
}

function slotSpecs(
  { ids, values, lists, tensors }: UsedSlots,
  ports: SlotPorts,
  B: number,
): Record<string, TensorSpec> {
  const specs = emptyRecord<TensorSpec>();
  for (const { name } of ids) specs[ports.main(name)] = { shape: [B, 1], dtype: 'int32' };
  for (const { name } of values) specs[ports.main(name)] = { shape: [B, 1], dtype: 'float32' };
  for (const { name, shape } of tensors) specs[ports.main(name)] = { shape: [B, ...shape], dtype: 'float32' };
  for (const { name, maxLength } of lists) {
    specs[ports.main(name)] = { shape: [B, maxLength], dtype: 'int32' };
    specs[ports.weights(name)] = { shape: [B, maxLength], dtype: 'float32' };
  }
  return specs;
}

function givenSpecs(model: CtrModel, B: number): Record<string, TensorSpec> {
  return recordOf(givenFeeds(model).map((feed) => [feed.name, { shape: feed.shape({ B, T: 1 }), dtype: feed.dtype }]));
}

function tableSpecs({ groups }: CtrModel): Record<string, TensorSpec> {
  return recordOf(
    groups.flatMap(({ name: group, dim, tables }) =>
      tables.map(({ name, numRows }) => [`${group}/${name}`, { shape: [numRows, dim], dtype: 'float32' }] as const),
    ),
  );
}

/** Makes variables of some inputs, and drops variables and inputs that nothing reads. */
function withVariables(graph: Graph, names: ReadonlySet<string>): Graph {
  const read = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)]);
  const isTable = ({ name }: Port): boolean => names.has(name);
  const variables = [...graph.inputs.filter(isTable), ...graph.variables].filter(({ value }) => read.has(value));
  const inputs = graph.inputs.filter((port) => !isTable(port) && read.has(port.value));
  return { ...graph, inputs, variables };
}

function neverDropped(): Tensor {
  throw new TypeError('dropoutMask: no layer drops anything in prediction');
}
