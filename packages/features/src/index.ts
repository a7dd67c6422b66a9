export { checkEncoded, checkRawTable, checkTextColumn } from './check-columns';
export { createFitter, fitSchema } from './fitter';
export type { FitterOptions } from './fitter';
export type { CountRun, CountSpill, CountedValue } from './vocabulary';
export { fingerprint64, fingerprintCat64 } from './fingerprint64';
export { Word64 } from './word64';
export { schemaFromJSON } from './json';
export { rowsAsTable } from './encode-rows';
export { timeParser } from './time';
export type { TimeParser } from './time';
export { inferSchema, tableBytes } from './infer';
export type { ColumnProfile, InferOptions, InferredColumn, InferredSchema } from './infer';
export { divideSessions } from './sessions';
export type { Session, SessionOptions } from './sessions';
export { windowFields, windowsOf } from './windows';
export type { Window, WindowFieldsOptions } from './windows';
export { validateSpec } from './validate';
export { schemaBrand } from './schema';
export { LABEL, classesOf, targetColumn, targetValues, targetsOf } from './targets';
export type { OnProblem, Problem } from './fields/problem';
export type { FeatureSchema, SchemaFitter } from './schema';
export type {
  EncodedColumns,
  RowSelection,
  SlotMatrix,
  ColumnsByRow,
  EncodedList,
  EncodedTensor,
  IdSlot,
  ListColumn,
  ListSlot,
  NumberColumn,
  RawColumn,
  RawTable,
  Slot,
  TensorColumn,
  TensorDtype,
  TensorSlot,
  TextColumn,
  ValueSlot,
} from './columns';
export type {
  BinaryTargetSpec,
  CategoricalFieldSpec,
  ClassTargetSpec,
  CrossedFieldSpec,
  Dialect,
  FieldSpec,
  HashedFieldSpec,
  LabelSpec,
  MultiHotFieldSpec,
  NumberTargetSpec,
  NumericFieldSpec,
  SchemaSpec,
  SequenceFieldSpec,
  SessionsSpec,
  TargetSpec,
  TensorFieldSpec,
  TimeFormat,
  TimePartFieldSpec,
  WindowPlace,
} from './spec';
