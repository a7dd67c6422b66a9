export { writeFileAtomic, writeFolderAtomic } from './node/atomic';
