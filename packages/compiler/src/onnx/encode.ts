import { emptyRecord } from '@ctrflow/core';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { onnxTypes } from './model';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from './model';

/** Numbers in `AttributeProto.AttributeType`. */
const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;

/**
 * The bytes of an `.onnx` file: a `ModelProto`. Field numbers are those of `onnx.proto`
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
export function encodeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  int(writer, 1, model.irVersion);
  text(writer, 2, 'ctrflow');
  if (model.docString !== undefined) text(writer, 6, model.docString);
  message(writer, 7, (graph) => {
    encodeGraph(graph, model);
  });
  for (const [domain, version] of Object.entries(model.opsets)) {
    message(writer, 8, (opset) => {
      text(opset, 1, domain);
      int(opset, 2, version);
    });
  }
  for (const [key, value] of Object.entries(model.metadata ?? emptyRecord<string>())) {
    message(writer, 14, (entry) => {
      text(entry, 1, key);
      text(entry, 2, value);
    });
  }
  return writer.finish();
}

function encodeGraph(writer: BinaryWriter, { nodes, graphName, initializers, inputs, outputs }: OnnxModel): void {
  messages(writer, 1, nodes, encodeNode);
  text(writer, 2, graphName);
  messages(writer, 5, initializers, encodeTensor);
  messages(writer, 11, inputs, encodeValueInfo);
  messages(writer, 12, outputs, encodeValueInfo);
}

function encodeNode(writer: BinaryWriter, { inputs, outputs, name, opType, attrs, domain }: OnnxNode): void {
  for (const input of inputs) text(writer, 1, input);
  for (const output of outputs) text(writer, 2, output);
  text(writer, 3, name);
  text(writer, 4, opType);
  messages(writer, 5, Object.entries(attrs), encodeAttribute);
  if (domain !== '') text(writer, 7, domain);
}

function encodeAttribute(writer: BinaryWriter, [name, value]: readonly [string, OnnxAttribute]): void {
  text(writer, 1, name);
  int(writer, 20, attributeTypes[encodeAttributeValue(writer, value)]);
}

/** Writes the value and tells its type. */
function encodeAttributeValue(writer: BinaryWriter, value: OnnxAttribute): keyof typeof attributeTypes {
  if (typeof value === 'number') {
    int(writer, 3, value);
    return 'int';
  }
  if (typeof value === 'string') {
    text(writer, 4, value);
    return 'string';
  }
  if (Array.isArray(value)) {
    const list = value as readonly (number | string)[];
    if (typeof list[0] === 'string') {
      for (const item of list) text(writer, 9, item as string);
      return 'strings';
    }
    for (const item of list) int(writer, 8, item as number);
    return 'ints';
  }
  return encodeTypedAttribute(writer, value as Exclude<OnnxAttribute, number | string | readonly unknown[]>);
}

function encodeTypedAttribute(
  writer: BinaryWriter,
  value: Exclude<OnnxAttribute, number | string | readonly unknown[]>,
): 'float' | 'floats' | 'tensor' {
  if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    return 'float';
  }
  if ('floats' in value) {
    for (const item of value.floats) writer.tag(7, WireType.Bit32).float(item);
    return 'floats';
  }
  messages(writer, 5, [value.tensor], encodeTensor);
  return 'tensor';
}

function encodeTensor(writer: BinaryWriter, { name, dims, type, data, external }: OnnxTensor): void {
  for (const dim of dims) int(writer, 1, dim);
  int(writer, 2, onnxTypes[type]);
  if (external === undefined && Array.isArray(data)) {
    for (const item of data as readonly string[]) text(writer, 6, item);
  }
  text(writer, 8, name);
  if (external !== undefined) encodeExternal(writer, external);
  else if (ArrayBuffer.isView(data)) {
    writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}

function encodeExternal(writer: BinaryWriter, external: NonNullable<OnnxTensor['external']>): void {
  for (const [key, value] of Object.entries(external)) {
    message(writer, 13, (entry) => {
      text(entry, 1, key);
      text(entry, 2, String(value));
    });
  }
  int(writer, 14, 1); // EXTERNAL
}

function encodeValueInfo(writer: BinaryWriter, { name, type, dims }: OnnxValueInfo): void {
  text(writer, 1, name);
  message(writer, 2, (typeProto) => {
    message(typeProto, 1, (tensorType) => {
      int(tensorType, 1, onnxTypes[type]);
      message(tensorType, 2, (shape) => {
        for (const dim of dims) {
          message(shape, 1, (inner) => {
            if (typeof dim === 'number') int(inner, 1, dim);
            else text(inner, 2, dim);
          });
        }
      });
    });
  });
}

/** One message for each item. */
function messages<T>(
  writer: BinaryWriter,
  field: number,
  items: readonly T[],
  encode: (inner: BinaryWriter, item: T) => void,
): void {
  for (const item of items) {
    message(writer, field, (inner) => {
      encode(inner, item);
    });
  }
}

function message(writer: BinaryWriter, field: number, body: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  body(writer);
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function int(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}
