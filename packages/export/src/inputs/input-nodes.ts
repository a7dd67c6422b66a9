import { SchemaError, emptyRecord, expected } from '@ctrflow/core';
import type { OnnxNode, OnnxTensor, OnnxType, OnnxValueInfo } from '@ctrflow/compiler';

/** Inputs of a file and the operations that stand between them and a model's graph. */
export class InputNodes {
  readonly inputs: OnnxValueInfo[] = [];
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  private readonly askedBy = new Map<string, string>();
  private readonly taken = new Set<string>();

  /** Declares an input; fields that read the same one must want it in the same form. */
  input(field: string, name: string, type: OnnxType, dims: OnnxValueInfo['dims']): string {
    const known = this.inputs.find((input) => input.name === name);
    if (known === undefined) {
      this.inputs.push({ name, type, dims });
      this.askedBy.set(name, field);
      return name;
    }
    if (known.type === type && known.dims.join() === dims.join()) return name;
    const hint = 'export with inputs "ids", or let the fields read columns of their own';
    const other = `${known.type} for field "${this.askedBy.get(name) ?? ''}" and ${type} for field "${field}"`;
    throw new SchemaError(expected(`export: column "${name}"`, 'one type for all its fields', other, hint));
  }

  /** Adds an operation named after its field; its result is `output`, or named like the operation. */
  emit(
    field: string,
    opType: string,
    inputs: readonly string[],
    {
      attrs = emptyRecord(),
      domain = '',
      output,
    }: Partial<Pick<OnnxNode, 'attrs' | 'domain'>> & { readonly output?: string } = {},
  ): string {
    const name = this.unique(`input/${field}/${opType}`);
    const result = output ?? name;
    this.nodes.push({ opType, name, inputs, outputs: [result], attrs, domain });
    return result;
  }

  /** A constant named after its field. */
  constant(field: string, what: string, tensor: Omit<OnnxTensor, 'name'>): string {
    const name = this.unique(`input/${field}/${what}`);
    this.initializers.push({ ...tensor, name });
    return name;
  }

  int64(field: string, what: string, ...values: readonly number[]): string {
    return this.constant(field, what, {
      dims: [values.length],
      type: 'int64',
      data: BigInt64Array.from(values, BigInt),
    });
  }

  float64(field: string, what: string, ...values: readonly number[]): string {
    return this.constant(field, what, { dims: [values.length], type: 'float64', data: Float64Array.from(values) });
  }

  private unique(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.taken.has(name); i++) name = `${wanted}_${i}`;
    this.taken.add(name);
    return name;
  }
}

/** Numbers of element types in the attribute `to` of Cast. */
export const castTo = { float32: 1, int64: 7 } as const;
