import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ConfigError,
  SerializationError,
  checkFunction,
  checkText,
  expected,
  isCtrflowError,
  recordOf,
} from '@ctrflow/core';
import { folderKind, writeFileAtomic, writeFolderAtomic } from '@ctrflow/core/node';
import { readSafetensors, writeSafetensors } from '@ctrflow/embeddings/node';
import { schemaFromJSON } from '@ctrflow/features';
import type { CtrModel, ModelFactory } from '../contract';
import { checkKeepRate } from '../negative-keep-rate';
import { requireAlive } from '../model-use';
import { modelWeights, setModelWeights } from '../state';

/** Format of model.json; raised when an older reader could misread a folder. Since 2 it may hold a `negativeKeepRate`; without one it is a folder of 1. */
const FORMAT_VERSION = 2;

/** Files beside model.json, which has their checksums. */
const FILES = ['schema.json', 'weights.safetensors'] as const;

/** The folder of a saved model: what {@link saveModel} replaces. */
export const modelFolder = folderKind('a saved model', 'model.json', 'ctrflow-model', () => FILES);

/** What model.json says. */
interface ModelJson {
  readonly format: 'ctrflow-model';
  readonly formatVersion: number;
  readonly name: string;
  readonly version: number;
  readonly options: Record<string, unknown>;
  readonly schemaFingerprint: string;
  readonly numParameters: number;
  /** See {@link CtrModel.negativeKeepRate}; 1 where it is absent. */
  readonly negativeKeepRate?: number;
  /** SHA-256 of the other files. */
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Saves a model as a folder: `model.json`, `schema.json`, `weights.safetensors` (readable from Python's safetensors). The folder appears as a whole or not
 * at all, and takes the place of an earlier one only.
 *
 * @throws ConfigError when the folder holds anything but a saved model
 */
export async function saveModel(model: CtrModel, folder: string): Promise<void> {
  requireAlive(model);
  checkText('saveModel', 'folder', folder);
  await writeFolderAtomic(folder, modelFolder, async (into) => {
    await writeFileAtomic(join(into, 'schema.json'), `${JSON.stringify(model.schema, null, 2)}\n`);
    const metadata = { model: model.name, schema: model.schema.fingerprint };
    await writeSafetensors(join(into, 'weights.safetensors'), { tensors: modelWeights(model), metadata });
    const checksums = await Promise.all(FILES.map(async (file) => [file, await sha256(join(into, file))] as const));
    const negativeKeepRate = checkKeepRate('saveModel', model.negativeKeepRate ?? 1);
    const isWhole = negativeKeepRate === 1;
    const json: ModelJson = {
      format: 'ctrflow-model',
      formatVersion: isWhole ? 1 : FORMAT_VERSION,
      name: model.name,
      version: model.version,
      options: model.options,
      schemaFingerprint: model.schema.fingerprint,
      numParameters: model.numParameters,
      ...(isWhole ? {} : { negativeKeepRate }),
      checksums: recordOf(checksums),
    };
    await writeFileAtomic(join(into, 'model.json'), `${JSON.stringify(json, null, 2)}\n`);
  });
}

/**
 * Loads a model that `saveModel` wrote.
 *
 * @param factories - models that the folder may hold; `modelFactories` of `@ctrflow/zoo` has all
 * @throws SerializationError when files are missing, damaged (checksum), of a newer version, or do not fit together
 */
export async function loadModel(folder: string, factories: readonly ModelFactory<never>[]): Promise<CtrModel> {
  checkText('loadModel', 'folder', folder);
  if (typeof (factories as Partial<typeof factories> | null | undefined)?.find !== 'function')
    throw new ConfigError(expected('loadModel', 'a list of factories of models', factories));
  for (const factory of factories) checkFunction('loadModel', 'a factory of models', factory);
  const json = await readJson(folder, 'model.json');
  checkModelJson(folder, json);
  const factory = factories.find(({ modelName }) => modelName === json.name);
  if (factory === undefined) {
    const known = factories.map(({ modelName }) => modelName).join(', ');
    throw new SerializationError(
      expected(folder, `a model among ${known}`, json.name, 'pass its factory to loadModel'),
    );
  }
  if (factory.version !== json.version) {
    const hint = `install the version of the package that wrote it, or train again`;
    throw new SerializationError(expected(folder, `version ${factory.version} of ${json.name}`, json.version, hint));
  }
  for (const file of FILES) {
    if ((await sha256(join(folder, file))) === json.checksums[file]) continue;
    throw new SerializationError(
      `${folder}: expected ${file} as it was saved, got other bytes; the file is damaged or was edited`,
    );
  }
  const schema = schemaFromJSON(await readJson(folder, 'schema.json'));
  if (schema.fingerprint !== json.schemaFingerprint) {
    throw new SerializationError(expected(folder, `schema ${json.schemaFingerprint}`, schema.fingerprint));
  }
  const model = build(folder, factory, schema, json.options);
  setModelWeights(model, (await readSafetensors(join(folder, 'weights.safetensors'))).tensors);
  model.negativeKeepRate = json.negativeKeepRate ?? 1;
  return model;
}

function checkModelJson(folder: string, json: unknown): asserts json is ModelJson {
  const { format, formatVersion, options, checksums, negativeKeepRate: rate = 1 } = (json ?? {}) as Partial<ModelJson>;
  if (format !== 'ctrflow-model') throw new SerializationError(expected(folder, 'a model.json of ctrflow', json));
  if (typeof formatVersion !== 'number' || formatVersion > FORMAT_VERSION) {
    const hint = 'install a newer version of @ctrflow/model-kit';
    throw new SerializationError(expected(folder, `a format up to ${FORMAT_VERSION}`, formatVersion, hint));
  }
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new SerializationError(expected(folder, 'the options of a model', options, 'model.json is damaged'));
  const without = FILES.find((file) => typeof checksums?.[file] !== 'string');
  if (without !== undefined)
    throw new SerializationError(expected(folder, `a checksum of ${without}`, checksums, 'model.json is damaged'));
  if (!(typeof rate === 'number' && rate > 0 && rate <= 1))
    throw new SerializationError(expected(folder, 'a number in (0, 1] for negativeKeepRate', rate));
}

/** Nothing vouches for what model.json says: options that nobody could have given make anything fail. */
function build(
  folder: string,
  factory: ModelFactory<never>,
  schema: ReturnType<typeof schemaFromJSON>,
  options: ModelJson['options'],
): CtrModel {
  try {
    return factory(schema, options as never);
  } catch (error) {
    if (isCtrflowError(error)) throw error;
    const hint = 'model.json is damaged';
    throw new SerializationError(expected(folder, `options of ${factory.modelName}`, options, hint), { cause: error });
  }
}

async function readJson(folder: string, file: string): Promise<unknown> {
  await requireFile(join(folder, file));
  const text = await readFile(join(folder, file), 'utf8').catch((error: unknown) => {
    const hint = 'is it the folder of a saved model?';
    throw new SerializationError(expected(folder, `a file ${file}`, 'none', hint), { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SerializationError(`${join(folder, file)}: expected JSON, got damaged text`, { cause: error });
  }
}

/** A pipe or a device may never end. */
async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === false) throw new SerializationError(expected(path, 'a regular file', 'something else'));
}

async function sha256(path: string): Promise<string> {
  await requireFile(path);
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (error) {
    throw new SerializationError(expected(path, 'a file that can be read', 'none'), { cause: error });
  }
  return hash.digest('hex');
}
