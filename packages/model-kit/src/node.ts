export { loadModel, modelFolder, saveModel } from './node/folder';
