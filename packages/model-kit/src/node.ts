export { loadModel, saveModel } from './node/folder';
