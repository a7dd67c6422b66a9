import { encodeOnnx, lower } from '@ctrflow/compiler';
import type { OnnxModel, OnnxValueInfo } from '@ctrflow/compiler';
import { ConfigError, SchemaError, emptyRecord, expected, mapRecord, mergeRecords } from '@ctrflow/core';
import { modelBrand, modelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { recordFromIds } from './forward';
import { givenInputs } from './inputs/given-inputs';
import { idInputs, idPorts, innerPorts } from './inputs/id-inputs';
import { InputNodes } from './inputs/input-nodes';
import { mlOpset } from './inputs/label-encoder';
import { rawInputs, rawPorts } from './inputs/raw-inputs';
import { exportSettings } from './options';
import type { ExportOptions } from './options';
import { transposeKernels } from './transpose-kernels';
import { resultsOf } from './results';
import { givenFeeds, slotsAmong, usedSlots } from './used-slots';
import { version } from './version';

/** A schema whose JSON is longer is not put into the file. */
const MAX_SCHEMA_LENGTH = 2 ** 16;

/**
 * A model as an ONNX file in memory: `p = sigmoid(logit)`, from ids or raw features to `probability [batch, 1]` and `logit [batch, 1]`; `purchase_probability` and the like where there are several targets. Operator set 17, ONNX's own
 * operations only (and `LabelEncoder` of `ai.onnx.ml` for raw texts). Weights stand under their paths; matrices are `[out, in]` with `transB = 1`.
 *
 * @throws SchemaError naming fields that cannot be expressed with `inputs: 'raw'`
 * @throws BackendError when the model reads its own tensors or uses an operation that cannot be recorded
 */
export function toOnnxModel(model: CtrModel, options: ExportOptions = {}): OnnxModel {
  if (!modelBrand.is(model)) throw new ConfigError(expected('export', 'a model of ctrflow', model));
  const settings = exportSettings(options);
  const { inputs } = settings;
  const all = usedSlots(model);
  const ports = innerPorts(all, inputs === 'raw' ? rawPorts : idPorts);
  const recorded = recordFromIds(model, all, ports, resultsOf(model, settings));
  const read = new Set(recorded.inputs.map(({ name }) => name));
  const used = slotsAmong(all, (slot) => read.has(ports.main(slot)) || read.has(ports.weights(slot)));
  const nodes = new InputNodes();
  if (inputs === 'raw') rawInputs(nodes, model.schema, used);
  else idInputs(nodes, used, ports);
  givenInputs(
    nodes,
    givenFeeds(model).filter(({ name }) => read.has(name)),
  );

  const { graph, weights } = transposeKernels({ graph: recorded, weights: elementsOf(model) });
  const lowered = withScopedConstants(lower(graph, { target: 'portable', graphName: model.name, weights }), weights);
  const usesTexts = nodes.nodes.some(({ domain }) => domain !== '');
  const whole: OnnxModel = {
    ...lowered,
    opsets: mergeRecords(lowered.opsets, usesTexts ? { 'ai.onnx.ml': mlOpset } : emptyRecord()),
    nodes: [...nodes.nodes, ...lowered.nodes],
    initializers: [...lowered.initializers, ...nodes.initializers],
    inputs: nodes.inputs,
    docString: describe(model, nodes.inputs, lowered.outputs),
    metadata: metadataOf(model, inputs),
  };
  checkNames(whole);
  return whole;
}

/**
 * The bytes of an `.onnx` file; see {@link toOnnxModel}.
 *
 * @example
 * const session = await InferenceSession.create(exportOnnxBytes(model, { inputs: 'raw' }));
 */
export function exportOnnxBytes(model: CtrModel, options: ExportOptions = {}): Uint8Array<ArrayBuffer> {
  return encodeOnnx(toOnnxModel(model, options));
}

/** Constants stand under the model's name, where no column is in their way. */
function withScopedConstants(lowered: OnnxModel, weights: Readonly<Record<string, Float32Array>>): OnnxModel {
  const constants = new Set(lowered.initializers.flatMap(({ name }) => (Object.hasOwn(weights, name) ? [] : [name])));
  const renamed = (name: string): string => (constants.has(name) ? `${lowered.graphName}/${name}` : name);
  return {
    ...lowered,
    initializers: lowered.initializers.map((tensor) => ({ ...tensor, name: renamed(tensor.name) })),
    nodes: lowered.nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed) })),
  };
}

function elementsOf(model: CtrModel): Record<string, Float32Array> {
  return mapRecord(modelWeights(model), ({ data }) => data as Float32Array);
}

function describe(model: CtrModel, inputs: readonly OnnxValueInfo[], outputs: readonly OnnxValueInfo[]): string {
  const list = (infos: readonly OnnxValueInfo[]): string =>
    infos.map(({ name, type, dims }) => `${name}: ${type} [${dims.join(', ')}]`).join('; ');
  return `${model.name} (version ${model.version}), exported by ctrflow ${version}. Inputs: ${list(inputs)}. Outputs: ${list(outputs)}.`;
}

function metadataOf(model: CtrModel, inputs: string): Record<string, string> {
  const schema = JSON.stringify(model.schema);
  const known = {
    'ctrflow.version': version,
    'ctrflow.model': model.name,
    'ctrflow.model_version': String(model.version),
    'ctrflow.model_options': JSON.stringify(model.options),
    'ctrflow.inputs': inputs,
    'ctrflow.schema_fingerprint': model.schema.fingerprint,
  };
  return schema.length <= MAX_SCHEMA_LENGTH ? { ...known, 'ctrflow.schema': schema } : known;
}

/** Every tensor of a file has a name of its own: a column may be called like an output. */
function checkNames({ inputs, initializers, nodes }: OnnxModel): void {
  const names = [...inputs, ...initializers].map(({ name }) => name).concat(nodes.flatMap(({ outputs }) => outputs));
  const seen = new Set<string>();
  for (const name of names) {
    if (!seen.has(name)) seen.add(name);
    else {
      const hint = 'give the outputs other names (probabilityName, logitName), or the column';
      throw new SchemaError(expected('export', 'one tensor of each name', `"${name}" twice`, hint));
    }
  }
}
