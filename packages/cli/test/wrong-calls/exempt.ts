/** Public functions whose arguments are not checked, each with the reason; `*` stands for a whole entry point. */
const graphs = 'what the compiler makes of graphs that it recorded itself';
const forward = 'part of the forward pass of layers, which their classes check as a whole';
const checks = 'what the other packages check with';
const step = 'what engines ask at every step, of what fit has checked';
const held = 'asked by engines, of a model that fit or predict has checked';
const fed = 'between batches and engines, at every step';
const assembled = 'called while a model is assembled, with a schema that its factory has checked';
const schema = 'made by defineModel as all models are; needs a schema of its own kind';
const row = 'called for every row that is written';
const words = 'arithmetic in place, some ten times for each distinct value';

export const exempt: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ctrflow: { main: 'answers whatever it is given with an exit code' },
  '@ctrflow/core': { '*': 'what the other packages check, draw and name with' },
  '@ctrflow/core/node': { '*': 'what the other packages write files with' },
  '@ctrflow/compiler': { '*': graphs },
  '@ctrflow/datagen': { eventCells: row, shopCells: row },
  '@ctrflow/features': {
    checkEncoded: checks,
    checkRawTable: checks,
    checkTextColumn: checks,
    Word64: words,
    fingerprintCat64: words,
  },
  '@ctrflow/layers': { CtrLayer: 'what layers extend: tfjs has its own checks', currentStep: forward, withStep: forward, placeLayer: forward, weightsByPath: forward, maskedPooling: forward, pack: forward, packRows: forward, packedWeights: forward, unpack: forward, flatten: forward, initialValues: forward, sideBySide: forward, pooling1D: forward }, // prettier-ignore
  '@ctrflow/cnn-lstm': { cnnLstm: schema },
  '@ctrflow/dsin': { dsin: schema },
  '@ctrflow/dssm': { dssm: schema },
  '@ctrflow/esmm': { esmm: schema },
  '@ctrflow/losses': { '*': step },
  '@ctrflow/model-kit': {
    ...{
      beginTraining: held,
      endTraining: held,
      requireAlive: held,
      requireUntrained: held,
      synchronizeWeights: held,
      weightsVersion: held,
    },
    ...{
      Feeder: fed,
      drawNegatives: fed,
      feedTensor: fed,
      logitShift: fed,
      outputsOf: fed,
      rowFeedsOf: fed,
    },
    ...{
      historiesOf: assembled,
      readHistory: assembled,
      slotsBeside: assembled,
      targetAttention: assembled,
      eventsOf: assembled,
      flatEmbeddings: assembled,
      isTableFeed: assembled,
      tower: assembled,
      valuesFeed: assembled,
    },
    ...{ checkObjectives: checks, checkOptimizer: checks, objectivesOf: fed, predictionsOf: fed, trainsPath: fed },
  },
  '@ctrflow/training': { updatedWeight: step, slotsOf: step, stepScalars: step, scheduleFactor: step },
};
