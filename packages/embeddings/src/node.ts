export { readSafetensors, writeSafetensors } from './node/safetensors-file';
