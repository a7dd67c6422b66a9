/** Element types of ONNX tensors, with their numbers in `TensorProto.DataType`. */
export const onnxTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, string: 8, bool: 9, float64: 11 } as const;

/** Name of an element type. */
export type OnnxType = keyof typeof onnxTypes;

/** A tensor with its elements. Texts are only for `string`. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: OnnxType;
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | readonly string[];
  /** Where the elements lie in a file beside the model, instead of inside. */
  readonly external?: { readonly location: string; readonly offset: number; readonly length: number };
}

/** An attribute of a node; a bare number is an integer. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: OnnxTensor };

/** One operation. */
export interface OnnxNode {
  readonly opType: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attrs: Readonly<Record<string, OnnxAttribute>>;
  /** Empty for ONNX's own operations. */
  readonly domain: string;
}

/** Name, type and dimensions of an input or output; a text is a dimension that stays open. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxType;
  readonly dims: readonly (number | string)[];
}

/** What an `.onnx` file says. */
export interface OnnxModel {
  readonly irVersion: number;
  /** Version of each operator set by domain. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly graphName: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly docString?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}
