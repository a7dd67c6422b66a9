export { runFolder } from './node/run-folder';
export type { RunFolderOptions } from './node/run-folder';
