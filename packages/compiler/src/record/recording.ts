import { util } from '@tensorflow/tfjs-core';
import type { DataId } from '@tensorflow/tfjs-core';
import { currentScope, recordOf } from '@ctrflow/core';
import type { Attribute, Constant, DType, GraphNode, Port, Value, ValueId } from '../graph/graph';
import type { KernelAttrs, TensorSpec } from './kernels/kernel';

/** The graph that a recording fills, and which tensor of tfjs is which of its values. */
export class Recording {
  readonly values = new Map<ValueId, Value>();
  readonly constants = new Map<ValueId, Constant>();
  readonly inputs: Port[] = [];
  readonly variables: Port[] = [];
  readonly nodes: GraphNode[] = [];
  private readonly known = new WeakMap<DataId, ValueId>();
  private readonly scopeOf = new Map<ValueId, string>();
  private next = 0;

  /** A value without a producer yet. */
  value({ shape, dtype }: TensorSpec, dataId?: DataId): ValueId {
    const id = this.next++;
    this.values.set(id, { shape: [...shape], dtype });
    if (dataId !== undefined) this.known.set(dataId, id);
    return id;
  }

  idOf(dataId: DataId): ValueId | undefined {
    return this.known.get(dataId);
  }

  constant(spec: TensorSpec, constant: Constant, dataId?: DataId): ValueId {
    const id = this.value(spec, dataId);
    this.constants.set(id, constant);
    return id;
  }

  node(op: string, inputs: readonly ValueId[], outputs: readonly ValueId[], attrs: KernelAttrs): void {
    const scope = this.scopeFor(inputs);
    for (const output of outputs) this.scopeOf.set(output, scope);
    this.nodes.push({ op, inputs, outputs, attrs, scope });
  }

  /** The node that makes a value. */
  producerOf(id: ValueId): GraphNode | undefined {
    return this.nodes.find(({ outputs }) => outputs.includes(id));
  }

  /** The elements of a tensor that is a constant of the graph. */
  elementsOf(dataId: DataId): Float32Array | Int32Array | Uint8Array | undefined {
    const id = this.idOf(dataId);
    const constant = id === undefined ? undefined : this.constants.get(id);
    if (constant === undefined) return undefined;
    if (constant.kind === 'array') return constant.data.slice();
    const { shape, dtype } = this.values.get(id!)!;
    return (util.makeZerosTypedArray((shape as number[]).reduce((size, dim) => size * dim, 1), dtype) as Float32Array).fill(constant.value as number); // prettier-ignore
  }

  /** The layer that runs; for a gradient, the layer of the latest value that it uses. */
  scopeFor(inputs: readonly ValueId[]): string {
    const scope = currentScope();
    if (scope !== '') return scope;
    const latest = [...inputs].sort((a, b) => b - a).map((id) => this.scopeOf.get(id)).find((name) => name !== undefined && name !== ''); // prettier-ignore
    if (latest === undefined) return '';
    return latest.startsWith('grad ') ? latest : `grad ${latest}`;
  }
}

/** What elements say: one number everywhere, or all of them. */
export function constantOf(values: Float32Array | Int32Array | Uint8Array): Constant {
  const [first] = values;
  const uniform = values.length > 0 && values.every((x) => Object.is(x, first));
  return uniform ? { kind: 'uniform', value: first } : { kind: 'array', data: values.slice() };
}

/** tfjs attributes that the graph keeps: plain data. */
export function plainAttrs(attrs: object | undefined): Readonly<Record<string, Attribute>> {
  return recordOf(
    Object.entries(attrs ?? {}).filter(([, value]) => typeof value !== 'function') as [string, Attribute][],
  );
}

/** The graph's name of an element type. */
export function dtypeOf(dtype: string): DType | undefined {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? dtype : undefined;
}
