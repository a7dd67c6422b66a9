export {
  BackendError,
  ConfigError,
  CtrflowError,
  DataError,
  SchemaError,
  SerializationError,
  ShapeError,
  TrainingError,
  expected,
  isCtrflowError,
  show,
} from './errors';
export type { CtrflowErrorName, DataLocation } from './errors';
export {
  MAX_WEIGHTS,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkObject,
  checkOneOf,
  checkText,
  checkTexts,
  checkUnits,
  suggest,
} from './checks';
export type { Bounds } from './checks';
export { defaultsOf, fillOptions, flag, integer, number, oneOf, share, texts, units } from './options';
export type { FilledOptions, Option, OptionSet, OptionsOf } from './options';
export { checkFunction, checkList, checkSwitch, checkTyped } from './check-kinds';
export type { TypedArrayName } from './check-kinds';
export {
  fillNormal,
  fillUniform,
  foldIn,
  integerAt,
  logUniformAt,
  normalAt,
  permutation,
  randomKey,
  uniformAt,
} from './random';
export type { RandomKey } from './random';
export { exactDropoutRate, fillDropoutMask } from './dropout';
export { defineBrand } from './brand';
export type { Brand } from './brand';
export { emptyRecord, mapRecord, mergeRecords, recordOf } from './records';
export { currentScope, withScope } from './scope';
