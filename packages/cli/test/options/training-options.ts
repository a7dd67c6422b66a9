import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { at, filesIn, newPath } from './world';
import type { Trained } from './world';

/** Options by their flags: a value, `true` for a switch, `undefined` to leave one of the base out. `FILE` is the argument. */
export type Given = Readonly<Record<string, string | true | undefined>>;

/** Two command lines that differ in one option, and what has to differ in what they do. */
export interface TrainingCase {
  readonly a: Given;
  readonly b: Given;
  readonly isTTY?: boolean;
  /** Fails unless both values have arrived. */
  readonly check: (a: Trained, b: Trained) => void;
}

/** A training of a moment: one epoch of plain gradient descent, whose steps show what is done to gradients. */
export const base: Given = {
  FILE: at('clicks.csv'),
  label: 'click',
  epochs: '1',
  'batch-size': '64',
  optimizer: 'sgd',
  'table-optimizer': 'sgd',
  'learning-rate': '0.1',
  'hidden-units': '4',
  'embedding-dim': '2',
  'embedding-std-dev': '0.1',
};

/** Nothing moves: the weights that a training begins with. */
const still: Given = { 'learning-rate': '1e-30' };

function norm({ weights }: Trained, names: RegExp): number {
  const squares = Object.entries(weights).flatMap(([name, values]) =>
    names.test(name) ? values.map((w) => w * w) : [],
  );
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

const net = /^deep\/.*kernel$/;
const tables = /^embedding\/(user|item)$/;

/** How far two trainings have gone apart. */
function distance(a: Trained, b: Trained): number {
  const squares = Object.entries(a.weights).flatMap(([name, values]) =>
    values.map((w, i) => (w - b.weights[name][i]) ** 2),
  );
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

const otherWeights = (a: Trained, b: Trained): void => {
  expect(b.weights).not.toEqual(a.weights);
};

const fewerRows = (a: Trained, b: Trained): void => {
  expect(a.summary.rows).toBeLessThan(b.summary.rows);
};

/** Rows that a training said to have read. */
const read = ({ err }: Trained): number => Number(/: ([\d,]+) rows in/.exec(err)?.[1].replace(',', ''));

/** What both `train` and `compare` have. */
export const trainingCases: Readonly<Record<string, TrainingCase>> = {
  out: {
    a: { out: at('one/run') },
    b: { out: at('two/run') },
    check: () => {
      for (const folder of ['one/run', 'two/run']) expect(filesIn(at(folder)).join()).toContain('summary.json');
    },
  },
  'checkpoint-seconds': {
    a: { 'checkpoint-seconds': '1000' },
    b: { 'checkpoint-seconds': '1e-9' },
    check: (a, b) => {
      const count = ({ folder }: Trained): number => readdirSync(join(folder, 'checkpoints')).length;
      expect(count(a)).toBeLessThan(count(b)); // that of the end; the last ones of every step
    },
  },
  train: {
    a: { FILE: undefined, train: at('clicks.csv') },
    b: { FILE: undefined, train: at('half.csv') },
    check: (a, b) => {
      expect([read(a), read(b)]).toEqual([300, 150]);
    },
  },
  valid: {
    a: { valid: at('other.csv') },
    b: { valid: at('flipped.csv') },
    check: (a, b) => {
      expect(a.summary.valid.auc + b.summary.valid.auc).toBeCloseTo(1, 9);
      expect(a.summary.valid.auc).not.toBeCloseTo(0.5, 3);
    },
  },
  test: {
    a: { test: at('other.csv') },
    b: { test: at('flipped.csv') },
    check: (a, b) => {
      expect(a.summary.test.auc + b.summary.test.auc).toBeCloseTo(1, 9);
      expect(a.summary.test.auc).not.toBeCloseTo(0.5, 3);
    },
  },
  split: { a: { split: 'valid=0.5' }, b: { split: 'valid=0.1' }, check: fewerRows },
  limit: {
    a: { limit: '100' },
    b: { limit: '200' },
    check: (a, b) => {
      expect([read(a), read(b)]).toEqual([100, 200]);
    },
  },
  'encoded-folder': {
    a: { 'encoded-folder': at('encoded/a') },
    b: { 'encoded-folder': at('encoded/b') },
    check: () => {
      for (const folder of ['encoded/a', 'encoded/b']) expect(filesIn(at(folder))).toContain('manifest.json');
    },
  },
  'negative-keep-rate': {
    a: { 'negative-keep-rate': '0.25' },
    b: { 'negative-keep-rate': '1' },
    check: fewerRows,
  },
  schema: {
    a: { schema: at('one.json') },
    b: { schema: at('two.json') },
    check: (a, b) => {
      expect(a.summary.parameters).toBeLessThan(b.summary.parameters);
    },
  },
  label: { a: { label: 'click' }, b: { label: 'late' }, check: otherWeights },
  // A model of one output predicts the first of several targets.
  targets: {
    a: { label: undefined, targets: 'click,spend=late:number' },
    b: { label: undefined, targets: 'second=late,click' },
    check: (a, b) => {
      expect(Object.keys(a.summary.valid ?? {})[0]).toBe('click.auc');
      expect(Object.keys(b.summary.valid ?? {})[0]).toBe('second.auc');
      expect(a.err).toContain('spend 0.');
    },
  },
  positive: {
    a: { positive: '1' },
    b: { positive: '0' },
    check: (a, b) => {
      const share = ({ err }: Trained): number => Number(/to train \(([\d.]+) % positive\)/.exec(err)?.[1]);
      expect(share(a) + share(b)).toBeCloseTo(100, 9);
      expect(share(a)).not.toBe(share(b));
    },
  },
  'drop-columns': {
    a: { 'drop-columns': 'user' },
    b: { 'drop-columns': 'item,price' },
    check: (a, b) => {
      const has = ({ weights }: Trained, field: string): boolean => `embedding/${field}` in weights;
      expect([has(a, 'user'), has(a, 'item'), has(b, 'user'), has(b, 'item')]).toEqual([false, true, true, false]);
    },
  },
  group: {
    a: { group: 'user' },
    b: { group: 'item' },
    check: (a, b) => {
      expect(a.summary.test.gauc).toBeGreaterThan(0);
      expect(b.summary.test.gauc).not.toBe(a.summary.test.gauc);
    },
  },
  weight: { a: { weight: 'w', 'drop-columns': 'v' }, b: { weight: 'v', 'drop-columns': 'w' }, check: otherWeights },
  time: {
    a: { time: 'at', 'drop-columns': 'reverse', split: 'time' },
    b: { time: 'reverse', 'drop-columns': 'at', split: 'time' },
    check: otherWeights,
  },
  'time-format': {
    a: { time: 'at', 'time-format': 'YYYY-MM-DD', split: 'time' },
    b: { time: 'at', 'time-format': 'YYYY-DD-MM', split: 'time' },
    check: otherWeights,
  },
  fields: {
    a: { config: at('hashed.yaml') },
    b: { config: at('crossed.yaml') },
    check: (a, b) => {
      expect(a.weights['embedding/user']).toHaveLength((3 + 1) * 2);
      expect(b.weights['embedding/user-item']).toHaveLength((9 + 1) * 2);
    },
  },
  delimiter: {
    a: { FILE: at('semicolons.csv'), delimiter: ';' },
    b: { FILE: at('semicolons.csv'), delimiter: '|' },
    check: (a, b) => {
      expect(a.summary.parameters).toBeGreaterThan(0);
      expect(b.err).toMatch(/expected a column "click" among click;late;/);
    },
  },
  names: {
    a: { FILE: at('no-header.csv'), names: 'click,late,user,item,price,at,reverse,w,v' },
    b: { FILE: at('no-header.csv'), names: 'late,click,user,item,price,at,reverse,w,v' },
    check: otherWeights,
  },
  comment: {
    a: { FILE: at('marked.csv'), comment: '#' },
    b: { FILE: at('marked.csv'), comment: '%' },
    check: (a, b) => {
      expect([read(a), read(b)]).toEqual([200, 200]);
      expect(a.schema.vocabularies.mark).toEqual(expect.arrayContaining(['%b', 'c']));
      expect(b.schema.vocabularies.mark).toEqual(expect.arrayContaining(['#a', 'c']));
    },
  },
  'null-values': {
    a: { 'null-values': 'n/k' },
    b: { 'null-values': 'i1,i2' },
    check: (a, b) => {
      expect([...a.schema.vocabularies.item].sort()).toEqual(['i0', 'i1', 'i2', 'i3', 'i4']);
      expect([...b.schema.vocabularies.item].sort()).toEqual(['i0', 'i3', 'i4', 'n/k']);
    },
  },
  'on-bad-row': {
    a: { FILE: at('broken.csv'), 'on-bad-row': 'fail' },
    b: { FILE: at('broken.csv'), 'on-bad-row': `quarantine=${at('quarantine.csv')}` },
    check: (a, b) => {
      expect([a.code, b.code]).toEqual([3, 0]);
      expect(readFileSync(at('quarantine.csv'), 'utf8')).toContain('1,0');
    },
  },
  engine: {
    a: { engine: 'eager/cpu' },
    b: { engine: 'compiled' },
    check: (a, b) => {
      expect(a.summary.engine).toMatch(/^eager.*cpu/);
      expect(b.summary.engine).toMatch(/^compiled/);
    },
  },
  epochs: {
    a: { epochs: '2' },
    b: { epochs: '3' },
    check: (a, b) => {
      expect([a.summary.epochs, b.summary.epochs]).toEqual([2, 3]);
    },
  },
  'batch-size': {
    a: { 'batch-size': '32' },
    b: { 'batch-size': '100' },
    check: (a, b) => {
      expect([a.steps, b.steps]).toEqual([32, 100].map((size) => Math.ceil(a.summary.rows / size)));
    },
  },
  optimizer: { a: { optimizer: 'sgd' }, b: { optimizer: 'adagrad' }, check: otherWeights },
  'learning-rate': {
    a: { 'learning-rate': '1e-30', optimizer: 'adam' },
    b: { 'learning-rate': '0.01', optimizer: 'adam' },
    check: (a, b) => {
      // Adam's first step moves every weight of the output by the learning rate.
      expect(Math.abs(a.weights['deep/output/bias'][0])).toBeLessThan(1e-20);
      expect(Math.abs(b.weights['deep/output/bias'][0])).toBeGreaterThan(0.005);
    },
  },
  'weight-decay': {
    a: { optimizer: 'adamw', 'weight-decay': '0' },
    b: { optimizer: 'adamw', 'weight-decay': '5' },
    check: (a, b) => {
      expect(norm(b, net)).toBeLessThan(norm(a, net) * 0.5);
    },
  },
  'table-optimizer': {
    a: { 'table-optimizer': 'sgd' },
    b: { 'table-optimizer': 'adagrad' },
    check: (a, b) => {
      expect(b.weights['embedding/user']).not.toEqual(a.weights['embedding/user']);
    },
  },
  l2: {
    a: { l2: '0' },
    b: { l2: '3' },
    check: (a, b) => {
      expect(norm(b, net)).toBeLessThan(norm(a, net) * 0.6);
      expect(norm(b, tables)).toBeLessThan(norm(a, tables) * 0.8);
    },
  },
  'l2-net': {
    a: { 'l2-net': '0' },
    b: { 'l2-net': '3' },
    check: (a, b) => {
      expect(norm(b, net)).toBeLessThan(norm(a, net) * 0.6);
      expect(norm(b, tables)).toBeGreaterThan(norm(a, tables) * 0.9);
    },
  },
  'l2-embedding': {
    a: { 'l2-embedding': '0' },
    b: { 'l2-embedding': '3' },
    check: (a, b) => {
      expect(norm(b, tables)).toBeLessThan(norm(a, tables) * 0.8);
      expect(norm(b, net)).toBeGreaterThan(norm(a, net) * 0.9);
    },
  },
  'l2-mini-batch-aware': {
    a: { 'l2-mini-batch-aware': '0' },
    b: { 'l2-mini-batch-aware': '100' },
    check: (a, b) => {
      expect(norm(b, tables)).toBeLessThan(norm(a, tables) * 0.8);
    },
  },
  'clip-norm': {
    a: { 'clip-norm': '1e-6' },
    b: { 'clip-norm': '1e-2' },
    check: (a, b) => {
      // Five steps of at most 0.1 times the norm: both stay where they began, the first one nearly to the bit.
      expect(distance(a, b)).toBeLessThan(0.1 * 5 * 1.1e-2);
      expect(distance(a, b)).toBeGreaterThan(1e-4);
    },
  },
  'class-weights': {
    a: { 'class-weights': '9,1' },
    b: { 'class-weights': '1,9' },
    check: (a, b) => {
      expect(b.summary.test.calibration).toBeGreaterThan(a.summary.test.calibration + 0.1);
    },
  },
  schedule: {
    a: { schedule: 'constant' },
    b: { schedule: 'kind=exponential,decay=0.01' },
    check: otherWeights,
  },
  monitor: {
    // Clicks count so much that probabilities get worse while the order gets better.
    a: { monitor: 'auc', 'class-weights': '1,50', epochs: '4', patience: '4', 'learning-rate': '0.02' },
    b: { monitor: 'logLoss', 'class-weights': '1,50', epochs: '4', patience: '4', 'learning-rate': '0.02' },
    check: (a, b) => {
      expect(b.summary.bestEpoch).toBe(1);
      expect(a.summary.bestEpoch).toBeGreaterThan(1);
    },
  },
  patience: {
    a: { patience: '1', epochs: '9', ...still },
    b: { patience: '3', epochs: '9', ...still },
    check: (a, b) => {
      expect([a.summary.epochs, b.summary.epochs]).toEqual([2, 4]);
    },
  },
  seed: { a: { seed: '1' }, b: { seed: '2' }, check: otherWeights },
  json: {
    a: {},
    b: { json: true },
    check: (a, b) => {
      expect(() => JSON.parse(a.out) as unknown).toThrow();
      expect(JSON.parse(b.out)).toBeTypeOf('object');
    },
  },
  quiet: {
    a: {},
    b: { quiet: true },
    isTTY: true,
    check: (a, b) => {
      expect(a.err).toMatch(/\[#*-*\] +\d+%/);
      expect(b.err).not.toMatch(/\[#*-*\] +\d+%/);
    },
  },
  config: {
    a: { epochs: undefined, config: at('epochs-2.yaml') },
    b: { epochs: undefined, config: at('epochs-3.yaml') },
    check: (a, b) => {
      expect([a.summary.epochs, b.summary.epochs]).toEqual([2, 3]);
    },
  },
  'print-config': {
    a: { 'print-config': true, seed: '7' },
    b: { 'print-config': true, seed: '8' },
    check: (a, b) => {
      const seed = ({ out }: Trained): unknown => /^seed: .*$/m.exec(out)?.[0];
      expect([seed(a), seed(b)]).toEqual(['seed: 7', 'seed: 8']);
      expect(existsSync(a.folder) || existsSync(b.folder)).toBe(false);
    },
  },
};

/** A path for `--out`, where a case names none. */
export function withOut(given: Given): Given {
  return 'out' in given ? given : { ...given, out: newPath() };
}

/** The words of a command line. */
export function wordsOf(command: string, { FILE, ...given }: Given): string[] {
  const options = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : value === true ? [`--${name}`] : [`--${name}`, value],
  );
  return [command, ...(typeof FILE === 'string' ? [FILE] : []), ...options];
}
