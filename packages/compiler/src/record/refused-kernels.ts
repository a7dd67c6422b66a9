const complex = 'graphs have no complex numbers';
const text = 'graphs have no texts: encode them with the schema';
const shapes = 'the shape of its result depends on values, and shapes are fixed before a run';
const images = 'a kernel for images that no model needs yet';
const images2d = 'prepare images outside of the model';

/**
 * Kernels of tfjs that are not recorded, and why. A model that calls one runs eagerly. Every kernel that tfjs knows is recorded,
 * expanded, constant or listed here: a test sees to it.
 */
export const refusedKernels: Readonly<Record<string, string>> = {
  Complex: complex,
  ComplexAbs: complex,
  FFT: complex,
  IFFT: complex,
  Imag: complex,
  Real: complex,

  StaticRegexReplace: text,
  StringNGrams: text,
  StringSplit: text,
  StringToHashBucketFast: text,

  NonMaxSuppressionV3: shapes,
  NonMaxSuppressionV4: shapes,
  NonMaxSuppressionV5: shapes,
  RaggedGather: shapes,
  RaggedRange: shapes,
  RaggedTensorToTensor: shapes,
  SparseFillEmptyRows: shapes,
  SparseReshape: shapes,
  SparseSegmentMean: shapes,
  SparseSegmentSum: shapes,
  Unique: shapes,
  BroadcastArgs: 'its result is a shape, and shapes are fixed before a run: use broadcastTo',

  CropAndResize: images2d,
  Dilation2D: images,
  Dilation2DBackpropFilter: images,
  Dilation2DBackpropInput: images,
  Draw: images2d,
  FromPixels: images2d,
  LRN: images,
  LRNGrad: images,
  MaxPoolWithArgmax: images,
  ResizeBilinear: images,
  ResizeBilinearGrad: images,
  ResizeNearestNeighbor: images,
  ResizeNearestNeighborGrad: images,
  RotateWithOffset: images2d,
  Transform: images2d,

  Multinomial: 'it draws random numbers: give draws as inputs',
  SparseToDense: 'use scatterND or tensorScatterUpdate',
  BitwiseAnd: 'ONNX has it from operator set 18, and files are written for 17',

  LowerBound: 'tfjs calls SearchSorted in its place',
  UpperBound: 'tfjs calls SearchSorted in its place',
  MatrixBandPart: 'tfjs calls simpler kernels in its place',
  Pool: 'tfjs calls MaxPool and AvgPool in its place',
};
