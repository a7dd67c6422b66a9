import { SchemaError, checkInteger, checkKnownOptions, checkOneOf, expected, suggest } from '@ctrflow/core';
import { checkSessionOptions } from './sessions';
import type {
  ClassTargetSpec,
  FieldSpec,
  NumericFieldSpec,
  SchemaSpec,
  SequenceFieldSpec,
  SessionsSpec,
  TargetSpec,
  TensorFieldSpec,
  WindowPlace,
} from './spec';
import { targetColumn, targetsOf } from './targets';
import { DEFAULT_MAX_LENGTH } from './fields/list';
import { sizeOf, validNumbers } from './fields/tensor';
import { timeParser } from './time';

/** Options that each kind of field knows besides name, kind and embeddingDim. */
const optionsOf: Readonly<Record<FieldSpec['kind'], readonly string[]>> = {
  numeric: ['column', 'transform', 'numBuckets', 'missing', 'missingIndicator', 'window'],
  categorical: ['column', 'minCount', 'maxSize', 'identity', 'reservedRows', 'shareTable'],
  hashed: ['column', 'numBuckets', 'reservedRows', 'shareTable'],
  crossed: ['fields', 'numBuckets', 'hash', 'reservedRows'],
  sequence: ['column', 'separator', 'maxLength', 'keep', 'minCount', 'maxSize', 'shareTable', 'history', 'sessions'],
  'multi-hot': ['column', 'separator', 'weightSeparator', 'maxLength', 'minCount', 'maxSize', 'shareTable'],
  'time-part': ['column', 'part', 'format'],
  tensor: ['column', 'shape', 'dtype', 'scale', 'missing', 'channels'],
};
const schemaOptions = ['fields', 'label', 'targets', 'weight', 'group', 'time', 'nullValues', 'trim', 'dialect'];
const transforms = ['none', 'standard', 'min-max', 'log', 'quantile'];
const timeParts = ['hour', 'day-of-week', 'day-of-month', 'month', 'is-weekend'];

/** The largest table that 32-bit row numbers address. */
const MAX_ROWS = 2 ** 31 - 1;

/**
 * Checks a declaration that a person may have written by hand, and returns it.
 *
 * @throws SchemaError, ConfigError naming the field and the option
 */
export function validateSpec(spec: unknown): SchemaSpec {
  if (typeof spec !== 'object' || spec === null || !Array.isArray((spec as SchemaSpec).fields)) {
    throw new SchemaError(expected('schema', 'an object with a list of fields', spec));
  }
  const { fields, label, targets, time, trim, nullValues } = spec as SchemaSpec;
  checkKnownOptions('schema', spec, schemaOptions);
  if (trim !== undefined && typeof trim !== 'boolean')
    throw new SchemaError(expected('schema', 'true or false for trim', trim));
  if (nullValues !== undefined) requireTexts('schema', 'nullValues', nullValues);
  fields.forEach((field, i) => {
    validateField(field, `schema: field ${typeof field?.name === 'string' ? `"${field.name}"` : i + 1}`);
  });
  validateNames(fields);
  fields.forEach((field) => {
    validateReferences(field, fields);
  });
  validateSessionsOnce(fields);
  validateCuts(fields);
  if (label !== undefined) validateLabel(label, fields);
  if (targets !== undefined) validateTargets(spec as SchemaSpec);
  if (time !== undefined) {
    requireText('schema: time', 'column', time.column);
    timeParser(time.format);
  }
  for (const role of ['weight', 'group'] as const) {
    const column = (spec as SchemaSpec)[role];
    if (column !== undefined) requireText('schema', role, column);
  }
  return spec as SchemaSpec;
}

function validateField(field: FieldSpec, who: string): void {
  if (typeof field !== 'object' || field === null) throw new SchemaError(expected(who, 'an object', field));
  requireText(who, 'name', field.name);
  checkOneOf(who, 'kind', field.kind, Object.keys(optionsOf));
  checkKnownOptions(who, field, [
    'name',
    'kind',
    ...(field.kind === 'tensor' ? [] : ['embeddingDim']),
    ...optionsOf[field.kind],
  ]);
  if ('embeddingDim' in field && field.embeddingDim !== undefined) checkInteger(who, 'embeddingDim', field.embeddingDim, { min: 1 }); // prettier-ignore
  if ('column' in field && field.column !== undefined) requireText(who, 'column', field.column);
  for (const name of ['minCount', 'maxSize', 'maxLength', 'identity'] as const) {
    const value = (field as Partial<Record<typeof name, unknown>>)[name];
    if (value !== undefined) checkInteger(who, name, value, { min: 1, max: MAX_ROWS - 2 });
  }
  for (const name of ['reservedRows', 'missingIndicator'] as const) {
    const value = (field as Partial<Record<typeof name, unknown>>)[name];
    if (value !== undefined && typeof value !== 'boolean')
      throw new SchemaError(expected(who, `true or false for ${name}`, value));
  }
  for (const name of ['separator', 'weightSeparator', 'shareTable', 'history'] as const) {
    const value = (field as Partial<Record<typeof name, unknown>>)[name];
    if (value !== undefined) requireText(who, name, value);
  }
  validateKind(field, who);
}

function validateKind(field: FieldSpec, who: string): void {
  switch (field.kind) {
    case 'numeric':
      if (field.transform !== undefined) checkOneOf(who, 'transform', field.transform, transforms);
      if (field.numBuckets !== undefined) checkInteger(who, 'numBuckets', field.numBuckets, { min: 2, max: 65_536 });
      if (field.missing !== undefined && field.missing !== 'mean' && !Number.isFinite(field.missing)) {
        throw new SchemaError(expected(who, '"mean" or a finite number for missing', field.missing));
      }
      if (field.window !== undefined) validateWindow(field, field.window, who);
      break;
    case 'hashed':
    case 'crossed':
      checkInteger(who, 'numBuckets', field.numBuckets, { min: 1, max: MAX_ROWS - 1 });
      if (field.kind === 'crossed' && field.hash !== undefined) {
        checkOneOf(who, 'hash', field.hash, ['fingerprint', 'tensorflow']);
      }
      break;
    case 'sequence':
      if (field.keep !== undefined) checkOneOf(who, 'keep', field.keep, ['first', 'last']);
      if (field.sessions !== undefined) validateSessions(field, field.sessions, who);
      break;
    case 'time-part':
      checkOneOf(who, 'part', field.part, timeParts);
      timeParser(field.format);
      break;
    case 'tensor':
      validateTensor(field, who);
      break;
    case 'categorical':
    case 'multi-hot':
      break;
  }
}

/** Numbers of one row of data: what a picture of 4096 x 4096 in colours has. */
const MAX_TENSOR = 2 ** 26;

function validateTensor(field: TensorFieldSpec, who: string): void {
  const { shape, dtype, scale, missing, channels } = field;
  if (!Array.isArray(shape) || shape.length === 0)
    throw new SchemaError(expected(who, 'a list of lengths for shape, such as [32, 32, 3]', shape));
  shape.forEach((length, axis) => checkInteger(who, `shape[${axis}]`, length, { min: 1, max: MAX_TENSOR }));
  if (sizeOf(shape) > MAX_TENSOR) throw new SchemaError(expected(who, `at most ${MAX_TENSOR} numbers in a row`, shape));
  if (dtype !== undefined) checkOneOf(who, 'dtype', dtype, ['float32', 'uint8', 'int32']);
  for (const [name, value] of Object.entries({ scale, missing }))
    if (value !== undefined && !Number.isFinite(value))
      throw new SchemaError(expected(who, `a finite number for ${name}`, value));
  if (missing !== undefined && !validNumbers[dtype ?? 'float32'](missing))
    throw new SchemaError(expected(who, `a number of type ${dtype ?? 'float32'} for missing`, missing));
  if (channels === undefined) return;
  requireTexts(who, 'channels', channels);
  if (channels.length !== shape.at(-1))
    throw new SchemaError(expected(who, `${shape.at(-1)} channels, as the last axis`, channels.length));
}

function validateWindow({ transform }: NumericFieldSpec, window: WindowPlace, who: string): void {
  if (typeof window !== 'object' || window === null)
    throw new SchemaError(expected(who, '{ name, channel, step } for window', window));
  checkKnownOptions(`${who}: window`, window, ['name', 'channel', 'step']);
  for (const name of ['name', 'channel'] as const) requireText(`${who}: window`, name, window[name]);
  checkInteger(`${who}: window`, 'step', window.step, { min: 0 });
  if (transform === 'quantile') throw new SchemaError(expected(who, 'a transform that gives a number', transform));
}

function validateSessions({ maxLength, keep }: SequenceFieldSpec, sessions: SessionsSpec, who: string): void {
  if (typeof sessions !== 'object' || sessions === null)
    throw new SchemaError(expected(who, '{ times, ... } for sessions', sessions));
  const { times, timeFormat, ...options } = sessions;
  checkKnownOptions(`${who}: sessions`, sessions, ['times', 'timeFormat', 'gapMinutes', 'maxSessions', 'maxSessionLength']); // prettier-ignore
  requireText(`${who}: sessions`, 'times', times);
  timeParser(timeFormat);
  checkSessionOptions(`${who}: sessions`, options);
  if (maxLength !== undefined || keep !== undefined) {
    const hint = 'maxSessions and maxSessionLength of sessions say what is kept';
    throw new SchemaError(expected(who, 'neither maxLength nor keep beside sessions', maxLength ?? keep, hint));
  }
}

/** Which declaration would hold must not depend on the order of the fields. */
function validateSessionsOnce(fields: readonly FieldSpec[]): void {
  const declaredBy = new Map<string, string>();
  for (const field of fields) {
    if (field.kind !== 'sequence' || field.sessions === undefined || field.history === undefined) continue;
    const other = declaredBy.get(field.history);
    if (other !== undefined) {
      const got = `them for "${other}" and for "${field.name}"`;
      throw new SchemaError(expected('schema', `sessions once for history "${field.history}"`, got, 'one column declares them for all')); // prettier-ignore
    }
    declaredBy.set(field.history, field.name);
  }
}

/** Columns of a history stand side by side: which events are kept must be the same in all. */
function validateCuts(fields: readonly FieldSpec[]): void {
  const histories = new Map<string, SequenceFieldSpec[]>();
  for (const field of fields)
    if (field.kind === 'sequence' && field.history !== undefined) histories.set(field.history, [...(histories.get(field.history) ?? []), field]); // prettier-ignore
  for (const [history, columns] of histories) {
    const [first, ...others] = columns;
    const hasSessions = columns.some(({ sessions }) => sessions !== undefined);
    for (const [name, unsaid] of [
      ['keep', 'last'],
      ['maxLength', DEFAULT_MAX_LENGTH],
    ] as const) {
      // prettier-ignore
      const cut = columns.find((column) => column[name] !== undefined);
      if (hasSessions && cut !== undefined) {
        const got = `${name} for "${cut.name}"`;
        throw new SchemaError(expected('schema', `neither maxLength nor keep beside the sessions of history "${history}"`, got, 'maxSessions and maxSessionLength of sessions say what is kept')); // prettier-ignore
      }
      const of = (column: SequenceFieldSpec): string | number => column[name] ?? unsaid;
      const other = others.find((column) => of(column) !== of(first));
      if (other === undefined) continue;
      const got = `${of(first)} for "${first.name}" and ${of(other)} for "${other.name}"`;
      throw new SchemaError(expected('schema', `one ${name} for all columns of history "${history}"`, got, 'they are cut together')); // prettier-ignore
    }
  }
}

function validateNames(fields: readonly FieldSpec[]): void {
  const seen = new Set<string>();
  for (const { name } of fields) {
    if (seen.has(name)) throw new SchemaError(expected('schema', 'unique field names', `"${name}" twice`));
    if (/[/:]/.test(name)) {
      throw new SchemaError(
        expected('schema', 'field names without "/" and ":"', name, 'set `column` to read such a column'),
      );
    }
    seen.add(name);
  }
}

function validateReferences(field: FieldSpec, fields: readonly FieldSpec[]): void {
  const who = `schema: field "${field.name}"`;
  const find = (name: string): FieldSpec => {
    const found = fields.find((other) => other.name === name);
    if (found !== undefined) return found;
    const near = suggest(
      name,
      fields.map((other) => other.name),
    );
    const hint = near === undefined ? undefined : `did you mean "${near}"?`;
    throw new SchemaError(expected(who, 'the name of a field of this schema', name, hint));
  };
  if (field.kind === 'crossed') {
    if (!Array.isArray(field.fields) || field.fields.length < 2) {
      throw new SchemaError(expected(who, 'two or more fields to cross', field.fields));
    }
    for (const name of field.fields as readonly string[]) {
      const { kind } = find(name);
      if (kind === 'numeric' || kind === 'categorical' || kind === 'hashed' || kind === 'time-part') continue;
      throw new SchemaError(expected(who, 'fields of one value a row to cross', `"${name}" of kind ${kind}`));
    }
  }
  if ('shareTable' in field && field.shareTable !== undefined) {
    const owner = find(field.shareTable);
    if (owner === field || !('kind' in owner) || tableKind(owner) !== tableKind(field)) {
      throw new SchemaError(
        expected(who, `a field with ${tableKind(field)} for shareTable`, `"${owner.name}" of kind ${owner.kind}`),
      );
    }
    if (isReserved(owner) !== isReserved(field)) {
      throw new SchemaError(expected(who, 'the same reservedRows as the owner of its table', isReserved(field)));
    }
    if ('shareTable' in owner && owner.shareTable !== undefined) {
      throw new SchemaError(
        expected(who, 'the field that owns the table for shareTable', owner.name, `name "${owner.shareTable}" instead`),
      );
    }
  }
}

/** Rows before the first value: fields of one table must agree on them. Lists always reserve theirs, row 0 is their padding. */
function isReserved(field: FieldSpec): boolean {
  return !('reservedRows' in field) || field.reservedRows;
}

function tableKind(field: FieldSpec): string {
  if (field.kind === 'hashed') return `a table of ${field.numBuckets} buckets`;
  if (field.kind === 'categorical' && field.identity !== undefined) return `${field.identity} ids`;
  if (field.kind === 'categorical' || field.kind === 'sequence' || field.kind === 'multi-hot') return 'a vocabulary';
  return 'no table to share';
}

function validateLabel(label: SchemaSpec['label'] & object, fields: readonly FieldSpec[]): void {
  requireText('schema: label', 'column', label.column);
  checkKnownOptions('schema: label', label, ['column', 'positive', 'negative']);
  validateBinary('schema: label', label);
  refuseInput('label', label.column, fields);
}

/** Names of targets become names of outputs, weights and metrics. */
const TARGET_NAME = /^[A-Za-z0-9_-]+$/;

const targetOptions: Readonly<Record<TargetSpec['kind'], readonly string[]>> = {
  binary: ['positive', 'negative'],
  number: [],
  class: ['classes'],
};

function validateTargets(spec: SchemaSpec): void {
  const targets: unknown = spec.targets;
  if (!Array.isArray(targets) || targets.length === 0)
    throw new SchemaError(expected('schema', 'a list of one target or more for targets', targets));
  targets.forEach((target: unknown, i) => {
    const name = (target as TargetSpec | undefined)?.name;
    validateTarget(target, `schema: target ${typeof name === 'string' ? `"${name}"` : i + 1}`);
  });
  const all = targetsOf(spec);
  const twice = all.find(({ name }, i) => all.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined)
    throw new SchemaError(expected('schema', 'a name of its own for each target', `${twice.name} twice`));
  for (const target of spec.targets ?? []) refuseInput(`target ${target.name}`, targetColumn(target), spec.fields);
}

function validateTarget(target: unknown, who: string): asserts target is TargetSpec {
  if (typeof target !== 'object' || target === null) throw new SchemaError(expected(who, 'an object', target));
  const { name, kind, column, required } = target as TargetSpec;
  if (typeof name !== 'string' || !TARGET_NAME.test(name))
    throw new SchemaError(expected(who, 'a name of letters, digits, _ and -', name, 'give the column as `column`'));
  checkOneOf(who, 'kind', kind, Object.keys(targetOptions));
  checkKnownOptions(who, target, ['name', 'kind', 'column', 'required', ...targetOptions[kind]]);
  if (column !== undefined) requireText(who, 'column', column);
  if (required !== undefined && typeof required !== 'boolean')
    throw new SchemaError(expected(who, 'true or false for required', required));
  validateBinary(who, target);
  if (kind === 'class') validateClasses(who, (target as ClassTargetSpec).classes);
}

function validateBinary(who: string, target: { readonly positive?: unknown; readonly negative?: unknown }): void {
  for (const name of ['positive', 'negative'] as const)
    if (target[name] !== undefined) requireTexts(who, name, target[name]);
}

function validateClasses(who: string, classes: readonly string[]): void {
  requireTexts(who, 'classes', classes);
  if (classes.length < 2 || new Set(classes).size < classes.length)
    throw new SchemaError(expected(who, 'two classes or more, each once', classes));
}

function refuseInput(what: string, column: string, fields: readonly FieldSpec[]): void {
  const field = fields.find((other) => ('column' in other ? (other.column ?? other.name) : other.name) === column);
  if (field === undefined || field.kind === 'crossed') return;
  const got = `"${column}" as ${what} and as field "${field.name}"`;
  throw new SchemaError(expected('schema', `a ${what} that is no input`, got, 'drop the field'));
}

function requireText(who: string, name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') {
    throw new SchemaError(expected(who, `a text that is not empty for ${name}`, value));
  }
}

function requireTexts(who: string, name: string, value: unknown): void {
  if (!Array.isArray(value) || !value.every((text) => typeof text === 'string'))
    throw new SchemaError(expected(who, `a list of texts for ${name}`, value));
}
