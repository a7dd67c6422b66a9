export { schemaBrand } from './schema';
export type { FeatureSchema, SchemaFitter } from './schema';
export type {
  EncodedColumns,
  EncodedList,
  IdSlot,
  ListColumn,
  ListSlot,
  NumberColumn,
  RawColumn,
  RawTable,
  Slot,
  TextColumn,
  ValueSlot,
} from './columns';
export type {
  CategoricalFieldSpec,
  CrossedFieldSpec,
  Dialect,
  FieldSpec,
  HashedFieldSpec,
  LabelSpec,
  MultiHotFieldSpec,
  NumericFieldSpec,
  SchemaSpec,
  SequenceFieldSpec,
  TimeFormat,
  TimePartFieldSpec,
} from './spec';
