import { ConfigError, checkKnownOptions, checkOneOf, expected } from '@ctrflow/core';

/** What an exported file takes and gives. */
export interface ExportOptions {
  /**
   * `ids`: what the schema's encoding gives, table rows and transformed numbers; every schema can be exported so. `raw`: texts and numbers
   * as they stand in the data; vocabularies and normalization are in the file. Default `ids`.
   */
  readonly inputs?: 'ids' | 'raw';
  /** Name of the output with the probability, `[batch, 1]`. Default `probability`. */
  readonly probabilityName?: string;
  /** Name of the output with the logit, `[batch, 1]`. Default `logit`. */
  readonly logitName?: string;
}

const optionNames = ['inputs', 'probabilityName', 'logitName'] as const;

/**
 * Options with their defaults.
 *
 * @throws ConfigError for an unknown option or choice
 */
export function exportSettings(options: ExportOptions, more: readonly string[] = []): Required<ExportOptions> {
  checkKnownOptions('export', options, [...optionNames, ...more]);
  const { inputs = 'ids', probabilityName = 'probability', logitName = 'logit' } = options;
  checkOneOf('export', 'inputs', inputs, ['ids', 'raw'] as const);
  for (const name of [probabilityName, logitName]) {
    if (typeof name !== 'string' || name === '')
      throw new ConfigError(expected('export', 'a text as name of an output', name));
  }
  return { inputs, probabilityName, logitName };
}
