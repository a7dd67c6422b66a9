export { readSafetensors, writeSafetensors } from './node/safetensors-file';
export { createTableThreads } from './node/table-threads';
