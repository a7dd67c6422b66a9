export { requireRunFolder, runFolder } from './node/run-folder';
export type { RequireRunFolderOptions, RunFolderOptions } from './node/run-folder';
