// Optional peers: whichever is installed is loaded by its name; none of their types is used.
declare module '@tensorflow/tfjs-node-gpu';
declare module '@tensorflow/tfjs-node';
declare module '@tensorflow/tfjs-backend-webgpu';
declare module '@tensorflow/tfjs-backend-webgl';
declare module '@tensorflow/tfjs-backend-wasm';
