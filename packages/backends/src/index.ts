export { backendNames, loadBackend } from './backends';
export type { BackendName } from './backends';
