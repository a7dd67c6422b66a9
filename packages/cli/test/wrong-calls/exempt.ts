/** Public functions whose arguments are not checked, each with the reason; `*` stands for a whole entry point. */
const graphs = 'what the compiler makes of graphs that it recorded itself';
const forward = 'part of the forward pass of layers, which their classes check as a whole';
const words = 'arithmetic in place, some ten times for each distinct value';

export const exempt: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '@ctrflow/core': { '*': 'what the other packages check, draw and name with' },
  '@ctrflow/core/node': { '*': 'what the other packages write files with' },
  '@ctrflow/compiler': { '*': graphs },
  '@ctrflow/features': { Word64: words, fingerprintCat64: words },
  '@ctrflow/layers': { currentStep: forward, withStep: forward, placeLayer: forward, weightsByPath: forward, maskedPooling: forward, pack: forward, packRows: forward, packedWeights: forward, unpack: forward, pooling1D: forward }, // prettier-ignore
  '@ctrflow/training': { updatedWeight: 'a formula over tensors that engines call for every weight at every step' },
};
