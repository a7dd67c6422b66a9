import type { Functions } from '../call';
import { shop, shopEvent, shopRow } from '../given';

const plain = { ...shop, journeys: undefined, effects: undefined };

export const datagen: Functions = {
  createShop: { config: [plain], seed: [1, undefined, 5] },
  simulateShop: { config: [shop], seed: [1, undefined, 5] },
  eventCells: { event: [shopEvent] },
  shopCells: { row: [shopRow] },
  shopColumns: { config: [shop] },
  shopSchema: { config: [shop] },
  shopPreset: { name: ['shop-v1'] },
  BestPossible: { numBins: [100, undefined, 5] },
  simulatePurchases: { options: [{ numUsers: 5 }, undefined, {}], 'options.numUsers': [undefined, 5], 'options.seed': [5] },
  createMock: { options: [{}, undefined], 'options.numUsers': [5], 'options.numItems': [5], 'options.seed': [5] },
}; // prettier-ignore

export const datagenNode: Functions = {
  writeMock: { folder: ['mock', 'x'], options: [{ rows: 10 }, undefined, {}], 'options.rows': [undefined, 5], 'options.format': [], 'options.onProgress': [], 'options.numUsers': [5], 'options.numItems': [5], 'options.seed': [5] },
  writeShop: { folder: ['shop', 'x'], options: [{ rows: 10, preset: shop }], 'options.rows': [5], 'options.preset': [], 'options.seed': [5], 'options.format': [], 'options.probabilities': [true], 'options.onProgress': [] },
}; // prettier-ignore
