import { presets as allPresets } from '@ctrflow/presets';
import type { Functions } from '../call';

export const cli: Functions = {
  processIo: {},
};

export const backends: Functions = { loadBackend: { name: ['cpu', undefined] } };

export const presets: Functions = {
  findPreset: { name: [allPresets[0].name] },
  schemaOf: { dataSet: [{ name: 'd', summary: '', numRows: {}, validIsTest: false, fields: 1 }], columns: [['label', 'a']], label: ['label', undefined] },
}; // prettier-ignore
