export { findPreset, presets } from './catalog';
export { labelNames, schemaOf } from './schema-of';
export type { Preset, PresetDataSet, PresetTraining, PublishedResult } from './preset';
