import { add, exp, sigmoid, softmax } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { ConfigError, expected, recordOf } from '@ctrflow/core';
import { logitShift, predictionsOf } from '@ctrflow/model-kit';
import type { CtrModel, Outputs, Prediction } from '@ctrflow/model-kit';
import type { ExportOptions } from './options';

/** Results of an exported file by name. */
type Results = Readonly<Record<string, Tensor>>;

/**
 * What a file gives: of one binary target `probability` and `logit`, of several `purchase_probability` and `purchase_logit`; a number as `value`, the probabilities of classes as
 * `probabilities`, in the same way; outputs that predict no target under their own names. Probabilities and logits are those of all rows, also where a share of the negatives was left
 * to train on.
 *
 * @returns a function from the model's outputs to results
 * @throws ConfigError when an output is asked for that the model does not have
 */
export function resultsOf(model: CtrModel, options: Required<ExportOptions>): (outputs: Outputs) => Results {
  const wanted = options.outputs.length === 0 ? model.outputs : options.outputs;
  const unknown = wanted.find((name) => !model.outputs.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(
      expected('export', `outputs of model ${model.name} among ${model.outputs.join(', ')}`, unknown),
    );
  const predictions = new Map(predictionsOf(model).map((prediction) => [prediction.output, prediction]));
  const isOnly = model.schema.targets.length <= 1;
  const shift = logitShift(model);
  return (outputs) =>
    recordOf(
      wanted.flatMap((name): [string, Tensor][] => {
        const prediction = predictions.get(name);
        if (prediction === undefined) return [[name, outputs[name]]];
        const prefix = isOnly ? '' : `${prediction.target.name}_`;
        return predicted(outputs[name], prediction, shift, options).map(([result, tensor]) => [
          prefix + result,
          tensor,
        ]);
      }),
    );
}

function predicted(
  output: Tensor,
  { link }: Pick<Prediction, 'link'>,
  shift: number,
  { probabilityName, logitName }: Required<ExportOptions>,
): [string, Tensor][] {
  if (link === 'identity') return [['value', output]];
  if (link === 'exp') return [['value', exp(output)]];
  if (link === 'softmax') return [['probabilities', softmax(output)]];
  const logit = shift === 0 ? output : add(output, shift);
  return [[probabilityName, sigmoid(logit)], [logitName, logit]]; // prettier-ignore
}
