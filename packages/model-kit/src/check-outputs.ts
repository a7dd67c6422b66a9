import { engine } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError, expected, isCtrflowError, show } from '@ctrflow/core';
import type { StepOutputs } from './contract';
import { LOGIT } from './objectives';
import type { Feed } from './feeds/feed';

/** Outputs are named in files and on servers. */
const OUTPUT_NAME = /^[A-Za-z0-9_-]+$/;

/**
 * A model's outputs, if they begin with the rows and the logit and each loss are one number per row: tfjs would broadcast `[B]` against labels `[B, 1]` and train on a loss of
 * `[B, B]` numbers.
 *
 * @throws ShapeError naming the model and what it gave
 */
export function checkOutputs(name: string, step: StepOutputs, numRows: number): StepOutputs {
  const outputs = Object.entries(step.outputs);
  if (outputs.length === 0) throw new ShapeError(expected(`model ${name}`, 'an output or more', 'none'));
  for (const [output, tensor] of outputs) {
    if (!OUTPUT_NAME.test(output))
      throw new ConfigError(expected(`model ${name}`, 'outputs named by letters, digits, _ and -', output));
    if (output === LOGIT) checkColumn(name, 'logits', tensor, numRows);
    else checkBegin(name, output, tensor, numRows);
  }
  for (const [loss, perRow] of Object.entries(step.losses)) checkColumn(name, `the loss "${loss}"`, perRow, numRows);
  return step;
}

function checkBegin(name: string, output: string, given: unknown, numRows: number): void {
  const shape = (given as Tensor | undefined)?.shape;
  if (shape !== undefined && shape.length > 1 && shape[0] === numRows) return;
  const hint = 'an output has a row for each row of data, and one number or more in it';
  const wanted = `a shape [${numRows}, ...] of the output "${output}" for ${numRows} rows`;
  throw new ShapeError(expected(`model ${name}`, wanted, shape ?? given, hint));
}

function checkColumn(name: string, what: string, given: unknown, numRows: number): void {
  const shape = (given as Tensor | undefined)?.shape;
  if (shape?.length === 2 && shape[0] === numRows && shape[1] === 1) return;
  const hint = `${what} are one number a row: end with a layer of one unit, a sum over the last axis that keeps it, or reshape(x, [-1, 1])`;
  throw new ShapeError(
    expected(`model ${name}`, `shape [${numRows}, 1] of ${what} for ${numRows} rows`, shape ?? given, hint),
  );
}

/** B: rows of data in the feeds of a step. */
export function rowsOfFeeds(specs: readonly Feed[], feeds: Readonly<Record<string, Tensor | undefined>>): number {
  const perRow = specs.find((feed) => feed.shape({ B: 3, T: 2 })[0] === 3 && feeds[feed.name] !== undefined);
  return (perRow && feeds[perRow.name]?.shape[0]) ?? 0;
}

/** tfjs says what went wrong in which kernel; this says in which model, and below which path. */
export function explainedFailure(name: string, path: string | undefined, error: unknown): unknown {
  if (isCtrflowError(error) || (error instanceof Error && error.message.includes('not registered'))) return error;
  const message = error instanceof Error ? error.message : String(error);
  const where = path === undefined ? `model ${name}` : `model ${name}, in ${path}`;
  const hint = 'a model runs on any number of rows, on lists of one entry too';
  return new ShapeError(`${where}: expected a step that runs, got ${show(message)}; ${hint}`, { cause: error });
}

/** Variables of this process by tfjs's names. */
export function variableNames(): ReadonlySet<string> {
  return new Set(Object.keys(engine().state.registeredVariables));
}

/**
 * Refuses variables that appeared in a step and are no weights of the model: nothing would train or save them, and every step would make more. They are disposed of.
 *
 * @throws ConfigError naming one
 */
export function refuseNewVariables(
  name: string,
  before: ReadonlySet<string>,
  weights: ReadonlySet<string> = new Set(),
): void {
  const { registeredVariables } = engine().state;
  const foreign = Object.keys(registeredVariables).filter((made) => !before.has(made) && !weights.has(made));
  if (foreign.length === 0) return;
  for (const made of foreign) registeredVariables[made].dispose();
  const hint =
    'it would be neither trained nor saved: place the layer that has it with a.layer(path, layer) in assemble, or add it as a weight in the build of a layer';
  throw new ConfigError(expected(`model ${name}`, 'weights of placed layers only', `the variable ${foreign[0]}`, hint));
}
