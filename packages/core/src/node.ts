export { writeFileAtomic, writeFolderAtomic } from './node/atomic';
export { folderKind, requireReplaceable } from './node/folder-kind';
export type { FolderKind } from './node/folder-kind';
export { makeFolder, tryFolder } from './node/make-folder';
export { isRunning, ownerText, parseOwner, thisOwner } from './node/owner';
export type { Owner } from './node/owner';
export { requireNotInput, requireNotInside } from './node/same-file';
export { makeTemporaryFolder, removeLeftovers, temporaryName } from './node/temporary';
