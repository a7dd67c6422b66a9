import { SchemaError } from '@ctrflow/core';
import type { CategoricalFieldSpec, FeatureSchema, FieldSpec, IdSlot, ListSlot, TensorSlot } from '@ctrflow/features';
import type { SlotPorts } from '../forward';
import type { UsedSlots } from '../used-slots';
import type { InputNodes } from './input-nodes';
import { labelEncoder } from './label-encoder';
import { lengthSymbol, padList } from './list-input';
import { bucketInput, numberInput } from './number-input';
import { tensorInput } from './tensor-input';

type ListField = Extract<FieldSpec, { kind: 'sequence' | 'multi-hot' }>;

/** Row of values that the vocabulary does not hold, and the first row of those that it does. */
const [UNKNOWN, FIRST_VALUE] = [1, 2];

/** Everything in the graph is computed from raw columns. */
export const rawPorts: SlotPorts = {
  main: (slot) => `input/${slot}`,
  weights: (slot) => `input/${slot}/weights`,
};

/**
 * Inputs of an export with raw features, one per column: texts `[batch, 1]` for categorical fields, float64 `[batch, 1]` for numbers (NaN is missing), int64 for
 * identity ids (negative is missing), texts `[batch, T]` for lists; and the operations that encode them as the schema does.
 *
 * @throws SchemaError naming the fields that ONNX cannot encode
 */
export function rawInputs(b: InputNodes, schema: FeatureSchema, used: UsedSlots): void {
  const fields = schema.spec.fields.filter(({ name }) => used.byName.has(name) || used.byName.has(`${name}:missing`));
  refuseFields(fields, schema, used);
  for (const field of fields) rawInput(b, schema, used, field);
}

function rawInput(b: InputNodes, schema: FeatureSchema, { byName }: UsedSlots, field: FieldSpec): void {
  const slot = byName.get(field.name);
  switch (field.kind) {
    case 'numeric':
      if (field.transform === 'quantile') bucketInput(b, schema, field, rawPorts.main(field.name));
      else numberInput(b, schema, field, (name) => (byName.has(name) ? rawPorts.main(name) : undefined));
      break;
    case 'categorical':
      if (field.identity === undefined) textInput(b, schema, field, slot as IdSlot);
      else identityInput(b, field, slot as IdSlot);
      break;
    case 'sequence':
    case 'multi-hot':
      listInput(b, schema, field, slot as ListSlot);
      break;
    case 'tensor':
      tensorInput(b, slot as TensorSlot, field.column ?? field.name, rawPorts.main(field.name));
      break;
    case 'hashed':
    case 'crossed':
    case 'time-part':
      break; // refused before
  }
}

const reasons: Readonly<Partial<Record<FieldSpec['kind'], string>>> = {
  hashed: 'ONNX has no 64-bit hash of texts',
  crossed: 'ONNX has no 64-bit hash of texts',
  'time-part': 'ONNX cannot read times from texts',
};

/** Sessions are cut by times. */
const cutByTimes = reasons['time-part'];

/** Some runtimes, ONNX Runtime for Node.js among them, cut a text off at its first NUL: such a value would be taken for another one without a word. */
const cutOff = 'it has a value with the character NUL, at which runtimes cut texts off';

function refuseFields(fields: readonly FieldSpec[], { vocabularies }: FeatureSchema, { byName }: UsedSlots): void {
  const reasonOf = ({ name, kind }: FieldSpec): string | undefined => {
    const slot = byName.get(name);
    if (slot?.kind === 'list' && slot.sessionLength !== undefined) return cutByTimes;
    const table = slot !== undefined && 'table' in slot ? slot.table : undefined;
    const vocabulary = table === undefined ? undefined : (vocabularies[table] as readonly string[] | undefined);
    return vocabulary?.some((value) => value.includes('\0')) === true ? cutOff : reasons[kind];
  };
  const refused = fields.filter((field) => reasonOf(field) !== undefined);
  if (refused.length === 0) return;
  const named = refused.map((field) => `"${field.name}" (${field.kind}: ${reasonOf(field) ?? ''})`).join(', ');
  throw new SchemaError(
    `export: expected fields that a graph can encode, got ${named}; export with inputs "ids" and encode rows with the schema, or leave the fields out`,
  );
}

/** Unknown and missing values of a field without reserved rows get a row that does not exist, so that the lookup fails. */
function textInput(b: InputNodes, schema: FeatureSchema, field: CategoricalFieldSpec, slot: IdSlot): void {
  const { name, column = name } = field;
  const reserved = field.reservedRows !== false;
  const given = b.input(name, column, 'string', ['batch', 1]);
  labelEncoder(b, name, given, {
    missing: reserved ? ['', ...(schema.spec.nullValues ?? [])] : [],
    missingId: 0,
    vocabulary: schema.vocabularies[slot.table],
    firstId: reserved ? FIRST_VALUE : 0,
    unknownId: reserved ? UNKNOWN : slot.numRows,
    output: rawPorts.main(name),
  });
}

function identityInput(b: InputNodes, { name, column = name, reservedRows }: CategoricalFieldSpec, slot: IdSlot): void {
  const given = b.input(name, column, 'int64', ['batch', 1]);
  const isMissing = b.emit(name, 'Less', [given, b.int64(name, 'first', 0)]);
  const reserved = reservedRows !== false;
  const row = reserved ? b.emit(name, 'Add', [given, b.int64(name, 'reserved_rows', FIRST_VALUE)]) : given;
  const missing = b.int64(name, 'missing_row', reserved ? 0 : slot.numRows);
  b.emit(name, 'Where', [isMissing, missing, row], { output: rawPorts.main(name) });
}

/** Entries of a list are given one by one; an empty text is padding, another text that means missing is an entry. */
function listInput(b: InputNodes, schema: FeatureSchema, field: ListField, slot: ListSlot): void {
  const { name, column = name } = field;
  const dims = ['batch', lengthSymbol(column)];
  const given = b.input(name, column, 'string', dims);
  const weights = slot.weighted ? b.input(name, `${column}/weights`, 'float32', dims) : undefined;
  const { nullValues = [], trim = true } = schema.spec;
  const missing = [...nullValues.filter((value) => value !== ''), ...(trim ? [' '] : [])];
  const ids = labelEncoder(b, name, given, {
    padding: true,
    missing,
    missingId: -1,
    vocabulary: schema.vocabularies[slot.table],
    firstId: FIRST_VALUE,
    unknownId: UNKNOWN,
  });
  padList(b, slot, rawPorts, ids, weights);
}
