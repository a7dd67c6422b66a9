import { expect, test } from 'vitest';
import { findPreset, presets, schemaOf } from '../src/index';

test('names are unique and say what they are', () => {
  expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
  for (const { name, dataSet, model } of presets) expect(name).toBe(`barsctr/${dataSet.name}/${model}`);
});

test('every preset trains as FuxiCTR does', () => {
  for (const { training, published } of presets) {
    const { learningRate, schedule, l2Embedding, batchSize, tableOptimizer, clipNorm } = training;
    expect(schedule.minFactor * learningRate).toBeCloseTo(1e-6, 12); // the floor of its learning rate
    expect({ tableOptimizer, clipNorm }).toEqual({ tableOptimizer: 'dense-adam', clipNorm: 10 });
    expect(l2Embedding).toBeGreaterThan(0);
    expect(Number.isInteger(Math.log2(batchSize))).toBe(true);
    // Shares, not percents.
    for (const value of [published.auc, published.gauc ?? 0.5, published.logLoss]) expect(value).toBeLessThan(1);
  }
});

test('an unknown name gets the nearest one', () => {
  expect(() => findPreset('barsctr/frappe_x1/masknett')).toThrow(/did you mean "barsctr\/frappe_x1\/masknet"/);
  expect(findPreset('BarsCTR/Frappe_x1/DeepFM').model).toBe('deepfm');
});

test('the schema comes from the columns that a file has', () => {
  const frappe = findPreset('barsctr/frappe_x1/fm').dataSet;
  const names = Array.from({ length: 10 }, (_, f) => `f${f}`);
  expect(schemaOf(frappe, [...names, 'label'])).toEqual({
    fields: names.map((name) => ({ name, kind: 'categorical' })),
    label: { column: 'label' },
  });
  expect(schemaOf(frappe, [...names, 'used'], 'used').label).toEqual({ column: 'used' });
  expect(() => schemaOf(frappe, [...names, 'label', 'time'])).toThrow(/10 columns besides the label, got "11/);
  expect(() => schemaOf(frappe, names)).toThrow(/a label among label, click, clk, is_click/);
  const amazon = findPreset('barsctr/amazonelectronics_x1/fm').dataSet;
  const columns = ['label', 'user_id', 'item_id', 'cate_id', 'item_history', 'cate_history'];
  expect(schemaOf(amazon, columns)).toMatchObject({ group: 'user_id', label: { column: 'label' } });
  expect(() => schemaOf(amazon, columns.slice(0, -1))).toThrow(/the columns cate_history/);
});
