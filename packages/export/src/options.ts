import { ConfigError, checkKnownOptions, checkOneOf, checkTexts, expected } from '@ctrflow/core';

/** What an exported file takes and gives. */
export interface ExportOptions {
  /**
   * `ids`: what the schema's encoding gives, table rows and transformed numbers; every schema can be exported so. `raw`: texts and numbers
   * as they stand in the data; vocabularies and normalization are in the file. Default `ids`.
   */
  readonly inputs?: 'ids' | 'raw';
  /** Outputs of the model that the file gives, with the inputs that these need only: one tower of a model of two, for instance. Default: all, `[]`. */
  readonly outputs?: readonly string[];
  /** Name of the output with the probability, `[batch, 1]`; of several targets what follows `purchase_`. Default `probability`. */
  readonly probabilityName?: string;
  /** Name of the output with the logit, `[batch, 1]`; of several targets what follows `purchase_`. Default `logit`. */
  readonly logitName?: string;
}

const optionNames = ['inputs', 'outputs', 'probabilityName', 'logitName'] as const;

/**
 * Options with their defaults.
 *
 * @throws ConfigError for an unknown option or choice
 */
export function exportSettings(options: ExportOptions, more: readonly string[] = []): Required<ExportOptions> {
  checkKnownOptions('export', options, [...optionNames, ...more]);
  const { inputs = 'ids', outputs = [], probabilityName = 'probability', logitName = 'logit' } = options;
  checkOneOf('export', 'inputs', inputs, ['ids', 'raw'] as const);
  for (const name of [probabilityName, logitName]) {
    if (typeof name !== 'string' || name === '')
      throw new ConfigError(expected('export', 'a text as name of an output', name));
  }
  checkTexts('export', 'outputs', outputs);
  return { inputs, outputs, probabilityName, logitName };
}
