import { shopPreset } from '@ctrflow/datagen';
import type { Functions } from '../call';
import { shop } from '../given';

const plain = shopPreset('shop-v1');

export const datagen: Functions = {
  createShop: { config: [plain], seed: [1, undefined, 5] },
  simulateShop: { config: [shop], seed: [1, undefined, 5] },
  shopColumns: { config: [shop] },
  shopSchema: { config: [shop] },
  shopPreset: { name: ['shop-v1'] },
  BestPossible: { numBins: [100, undefined, 5] },
  simulatePurchases: { options: [{ numUsers: 5 }, undefined, {}], 'options.numUsers': [undefined, 5], 'options.seed': [5] },
  createMock: { options: [{}, undefined], 'options.numUsers': [5], 'options.numItems': [5], 'options.seed': [5] },
}; // prettier-ignore

export const datagenNode: Functions = {
  writeMock: { folder: ['mock', 'x'], options: [{ rows: 10 }, undefined, {}], 'options.rows': [undefined, 5], 'options.format': [], 'options.onProgress': [() => 1], 'options.numUsers': [5], 'options.numItems': [5], 'options.seed': [5] },
  readTruth: { file: ['interactions.csv', 'x'] },
  writeShop: { folder: ['shop', 'x'], options: [{ rows: 10, preset: shop }, undefined, {}], 'options.rows': [undefined, 5], 'options.preset': [undefined], 'options.seed': [5], 'options.format': [], 'options.probabilities': [true], 'options.onProgress': [() => 1] },
}; // prettier-ignore
