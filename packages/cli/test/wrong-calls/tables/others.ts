import { presets as allPresets } from '@ctrflow/presets';
import { processIo } from 'ctrflow';
import type { Functions } from '../call';

const io = { ...processIo(), out: { write: () => undefined, isTTY: false, columns: 80 }, err: { write: () => undefined, isTTY: false, columns: 80 } };

export const cli: Functions = {
  main: { argv: [['--version'], []], io: [io] },
  processIo: {},
};

export const backends: Functions = { loadBackend: { name: ['cpu', undefined] } };

export const presets: Functions = {
  findPreset: { name: [allPresets[0].name] },
  schemaOf: { dataSet: [{ name: 'd', summary: '', numRows: {}, validIsTest: false, fields: 1 }], columns: [['label', 'a']], label: ['label', undefined] },
}; // prettier-ignore
