import { commonOptions } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { describeOption } from './describe-option';
import type { ModelOption } from './describe-option';
import { modelPackages } from './model-packages';

/** What a model says of itself. */
export interface CatalogEntry {
  /** Name of the factory, as `--model` and `model.json` write it. */
  readonly name: string;
  /** The npm package that it comes from. */
  readonly package: string;
  /** What the model is, in one sentence. */
  readonly summary: string;
  /** Authors, title, venue, year. */
  readonly paper: string;
  /** Those that are its own, beside `commonModelOptions`. */
  readonly options: readonly ModelOption[];
}

/** A factory and the npm package that it comes from. */
interface PackagedFactory {
  readonly packageName: string;
  readonly factory: ModelFactory;
}

/** Every factory that a model package exports, by the year of its paper. */
export const packagedFactories: readonly PackagedFactory[] = Object.entries(modelPackages)
  .flatMap(([packageName, exported]) =>
    Object.values(exported)
      .filter(isFactory)
      .map((factory) => ({ packageName, factory })),
  )
  .sort((a, b) => yearOf(a) - yearOf(b) || (a.factory.modelName < b.factory.modelName ? -1 : 1));

/** Every model that ctrflow publishes, as plain data, from the oldest paper to the newest. */
export const modelCatalog: readonly CatalogEntry[] = packagedFactories.map(({ packageName, factory }) => ({
  name: factory.modelName,
  package: packageName,
  summary: factory.summary,
  paper: factory.paper,
  options: describedOptions(factory.options).filter(({ name }) => !Object.hasOwn(commonOptions, name)),
}));

/** Options that all models have. */
export const commonModelOptions: readonly ModelOption[] = describedOptions(commonOptions);

function describedOptions(options: ModelFactory['options']): ModelOption[] {
  return Object.entries(options).map(([name, option]) => describeOption(name, option));
}

function isFactory(exported: unknown): exported is ModelFactory {
  return typeof exported === 'function' && 'modelName' in exported;
}

function yearOf({ factory }: PackagedFactory): number {
  return Number(/\b\d{4}(?=\.$)/.exec(factory.paper)?.[0]);
}
