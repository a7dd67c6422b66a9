import { sameShape, sizeOf } from '../graph/dims';
import type { AffineDim, Dim } from '../graph/dims';
import { valueOf } from '../graph/graph';
import type { Constant, DType, Graph, GraphNode, Value, ValueId } from '../graph/graph';
import { onnxTypes } from '../onnx/model';
import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxType } from '../onnx/model';

/** Who will run the model: any runtime (`portable`), or this ONNX Runtime, whose own operations may be used. */
export type LoweringTarget = 'portable' | 'onnxruntime';

/** Collects the ONNX operations of a graph. Tensors are known by their ONNX names. */
export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  private readonly names = new Map<ValueId, string>();
  private readonly cache = new Map<string, string>();
  private readonly taken = new Set<string>();
  private scope = '';
  private batch: string | undefined;

  constructor(
    readonly graph: Graph,
    readonly target: LoweringTarget,
  ) {}

  /** The ONNX name of a value. */
  name(id: ValueId): string {
    const known = this.names.get(id);
    if (known !== undefined) return known;
    const constant = this.graph.constants.get(id);
    if (constant === undefined) throw new RangeError(`lowering: value %${id} is used before it is made`);
    const name = this.lowerConstant(this.value(id), constant);
    this.names.set(id, name);
    return name;
  }

  setName(id: ValueId, name: string): void {
    this.taken.add(name);
    this.names.set(id, name);
  }

  value(id: ValueId): Value {
    return valueOf(this.graph, id);
  }

  constant(id: ValueId): Constant | undefined {
    return this.graph.constants.get(id);
  }

  /** Names of the nodes that follow begin with this. */
  enter({ scope }: GraphNode): void {
    this.scope = scope;
  }

  /** Adds an operation of ONNX, or of ONNX Runtime's own domain, and returns the name of its result. */
  emit(
    opType: string,
    inputs: readonly string[],
    attrs: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): string {
    return this.emitAll(opType, inputs, 1, attrs, domain)[0];
  }

  /** Adds an operation with several results. */
  emitAll(
    opType: string,
    inputs: readonly string[],
    numOutputs: number,
    attrs: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): string[] {
    const name = this.unique(this.scope === '' ? opType : `${this.scope}/${opType}`);
    const outputs = numOutputs === 1 ? [name] : Array.from({ length: numOutputs }, (_, i) => `${name}:${i}`);
    this.nodes.push({ opType, name, inputs, outputs, attrs, domain });
    return outputs;
  }

  /** A constant int64 list, for shapes, axes and the like. */
  int64s(values: readonly number[]): string {
    return this.shared(`i64:${values.join()}`, () => ({
      dims: [values.length],
      type: 'int64',
      data: BigInt64Array.from(values, BigInt),
    }));
  }

  /** A constant with one element and no axes. */
  scalar(value: number, dtype: DType | 'int64'): string {
    return this.shared(`${dtype}:${Object.is(value, -0) ? '-0' : value}`, () => ({
      dims: [],
      type: dtype,
      data: dtype === 'int64' ? BigInt64Array.of(BigInt(value)) : filled(dtype, 1, value),
    }));
  }

  /** A shape as an int64 tensor; dimensions that follow the batch size are computed from the first input that has one. */
  shape(dims: readonly Dim[]): string {
    if (dims.every((dim) => typeof dim === 'number')) return this.int64s(dims);
    const parts = dims.map((dim) => (typeof dim === 'number' ? this.int64s([dim]) : this.affine(dim)));
    return parts.length === 1 ? parts[0] : this.emit('Concat', parts, { axis: 0 });
  }

  /** `[times * B + plus]` as int64. */
  affine({ times, plus }: AffineDim): string {
    const key = `affine:${times},${plus}`;
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const scaled = times === 1 ? this.batchSize() : this.emit('Mul', [this.batchSize(), this.int64s([times])]);
    const name = plus === 0 ? scaled : this.emit('Add', [scaled, this.int64s([plus])]);
    this.cache.set(key, name);
    return name;
  }

  /** Reshapes to dimensions of which at most one needs to follow the batch size. */
  reshape(input: string, from: readonly Dim[], to: readonly Dim[]): string {
    if (sameShape(from, to)) return input;
    const moving = to.filter((dim) => typeof dim !== 'number').length;
    if (moving === 0) return this.emit('Reshape', [input, this.int64s(to as readonly number[])]);
    const inferable = moving === 1 && !to.includes(0);
    const target = inferable ? this.int64s(to.map((dim) => (typeof dim === 'number' ? dim : -1))) : this.shape(to);
    return this.emit('Reshape', [input, target]);
  }

  cast(input: string, to: DType | 'int64' | 'float64'): string {
    return this.emit('Cast', [input], { to: onnxTypes[to] });
  }

  /** A constant without elements. */
  empty({ shape, dtype }: Value): string {
    return this.lowerConstant({ shape, dtype }, { kind: 'uniform', value: 0 });
  }

  private batchSize(): string {
    if (this.batch !== undefined) return this.batch;
    for (const { name, value } of this.graph.inputs) {
      const axis = this.value(value).shape.findIndex(
        (dim) => typeof dim !== 'number' && dim.times === 1 && dim.plus === 0,
      );
      if (axis < 0) continue;
      const shape = this.emit('Shape', [name]);
      this.batch = this.emit('Slice', [shape, this.int64s([axis]), this.int64s([axis + 1])]);
      return this.batch;
    }
    throw new RangeError('lowering: no input has the batch size as a dimension');
  }

  private lowerConstant({ shape, dtype }: Value, constant: Constant): string {
    if (constant.kind === 'array')
      return this.initializer({ dims: shape as readonly number[], type: dtype, data: constant.data });
    const { value } = constant;
    if (typeof value !== 'number') return this.expand(this.cast(this.emit('Reshape', [this.affine(value), this.int64s([])]), dtype), shape); // prettier-ignore
    const size = sizeOf(shape);
    if (typeof size !== 'number' || !shape.every((dim) => typeof dim === 'number'))
      return this.expand(this.scalar(value, dtype), shape);
    if (shape.length === 0) return this.scalar(value, dtype);
    return this.shared(`${dtype}:${value}:${shape.join()}`, () => ({
      dims: shape,
      type: dtype,
      data: filled(dtype, size, value),
    }));
  }

  private expand(scalar: string, shape: readonly Dim[]): string {
    return shape.length === 0 ? scalar : this.emit('Expand', [scalar, this.shape(shape)]);
  }

  private shared(key: string, make: () => Omit<OnnxTensor, 'name'>): string {
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const name = this.initializer(make());
    this.cache.set(key, name);
    return name;
  }

  private initializer(tensor: Omit<OnnxTensor, 'name'>): string {
    const name = this.unique('constant');
    this.initializers.push({ ...tensor, name });
    return name;
  }

  private unique(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.taken.has(name); i++) name = `${wanted}_${i}`;
    this.taken.add(name);
    return name;
  }
}

/** Elements of one number. */
export function filled(
  type: Exclude<OnnxType, 'int64' | 'string' | 'float64' | 'uint8'>,
  size: number,
  value: number,
): Float32Array | Int32Array | Uint8Array {
  switch (type) {
    case 'float32':
      return new Float32Array(size).fill(value);
    case 'int32':
      return new Int32Array(size).fill(value);
    case 'bool':
      return new Uint8Array(size).fill(value);
  }
}
