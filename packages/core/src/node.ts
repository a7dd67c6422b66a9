export { writeFileAtomic, writeFolderAtomic } from './node/atomic';
export { makeFolder, tryFolder } from './node/make-folder';
