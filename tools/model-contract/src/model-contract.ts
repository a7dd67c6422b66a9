import type { FieldSpec, SchemaSpec, TargetSpec } from '@ctrflow/features';
import type { CommonModelOptions, ModelFactory } from '@ctrflow/model-kit';
import { expect } from 'vitest';
import { fittedSchema } from '@ctrflow/testkit';
import { contractGroup, contractTest } from './contract-test';
import { edgeTests } from './edges';
import { engineTests } from './engines';
import { exportTests } from './exported';
import { gradientTests } from './gradients';
import { identityTests } from './identity';
import { inputTests } from './inputs';
import type { ModelOracle } from './oracle-row';
import { savingTests } from './saving';
import { trainingTests } from './training';

/** What the contract suite has to know of a model. */
export interface ModelContractOptions<O extends object> {
  /** Options that make the model small; its dropout and batch normalization off. */
  readonly options: O & CommonModelOptions;
  /** Options with everything on that behaves otherwise in training, such as dropout and batch normalization. Default: `options`. */
  readonly trainingOptions?: O & CommonModelOptions;
  /** The logit of a row, or its outputs by name, in plain float64 loops. */
  readonly oracle: ModelOracle<O, number | Readonly<Record<string, number>>>;
  /** Values that each option of the model must refuse: at least one for every option. */
  readonly badOptions: { readonly [K in keyof O]-?: readonly unknown[] };
  /** Fields that the model cannot do without, such as a target item and its history. Default none. */
  readonly fields?: readonly FieldSpec[];
  /** What the model predicts. Default: one binary label. */
  readonly targets?: readonly TargetSpec[];
  /** Outputs that are vectors, which the oracle does not give. Default none. */
  readonly vectors?: readonly string[];
  /** Paths of weights whose gradient is 0 with these options. Default none. */
  readonly withoutGradient?: readonly string[];
  /** Longest chain of roundings behind a logit; error bounds are a multiple of it. Default 64. */
  readonly roundings?: number;
}

/** What every test of the suite gets. */
export interface ContractSubject<O extends object> extends Required<Omit<ModelContractOptions<O>, 'targets'>> {
  readonly factory: ModelFactory<O>;
  readonly targets: readonly TargetSpec[] | undefined;
  /** A declaration with slots of every kind. */
  readonly spec: SchemaSpec;
}

/** Ids by vocabulary, hash, time and cross; numbers with and without an indicator; a history on a shared table; a weighted set. */
const allKinds: readonly FieldSpec[] = [
  { name: 'user', kind: 'categorical' },
  { name: 'age', kind: 'numeric', missingIndicator: true },
  { name: 'item', kind: 'hashed', numBuckets: 9 },
  { name: 'history', kind: 'sequence', shareTable: 'user', maxLength: 3 },
  { name: 'price', kind: 'numeric', transform: 'log', missingIndicator: false },
  { name: 'tags', kind: 'multi-hot', weightSeparator: ':' },
  { name: 'day', kind: 'time-part', part: 'day-of-week' },
  { name: 'user x item', kind: 'crossed', fields: ['user', 'item'], numBuckets: 11 },
];

/**
 * Registers the tests that every model passes: who it is and what it refuses, inputs (rows independent of each other, padding without effect), a float64
 * oracle of logits and of all gradients, rows without events, saving, counting, training, the compiled engine, exported files.
 *
 * @example
 * modelContract(fm, { options: { embeddingDim: 4 }, badOptions: {}, oracle: (row) => row.linear() + exactPairs(row.embeddings()) });
 */
export function modelContract<O extends object>(factory: ModelFactory<O>, options: ModelContractOptions<O>): void {
  const {
    fields = [],
    targets,
    trainingOptions = options.options,
    roundings = 64,
    vectors = [],
    withoutGradient = [],
  } = options;
  const names = new Set(fields.map(({ name }) => name));
  const spec: SchemaSpec = {
    fields: [...fields, ...allKinds.filter(({ name }) => !names.has(name))],
    ...(targets === undefined ? { label: { column: 'click' } } : { targets }),
  };
  const subject: ContractSubject<O> = {
    ...options,
    factory,
    fields,
    targets,
    trainingOptions,
    roundings,
    vectors,
    withoutGradient,
    spec,
  };
  requireFields(subject);
  contractGroup(`${factory.modelName}: the contract of a model`, () => {
    identityTests(subject);
    inputTests(subject);
    gradientTests(subject);
    edgeTests(subject);
    savingTests(subject);
    trainingTests(subject);
    engineTests(subject);
    exportTests(subject);
  });
}

/** A model that does not find its fields would fail every test with the schema's error, which does not know of the contract. */
function requireFields<O extends object>({ factory, options, spec }: ContractSubject<O>): void {
  const who = `the contract of ${factory.modelName}`;
  const hint = 'declare the fields that the model cannot do without as `fields` of modelContract';
  contractTest('builds from the fields of the contract', () => {
    let message = '';
    try {
      factory(fittedSchema(spec), options).dispose();
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
    }
    expect(message, `${who}: ${message}; ${hint}`).toBe('');
  });
}
