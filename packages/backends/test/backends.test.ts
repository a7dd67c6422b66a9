import { getBackend, scalar, square } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { loadBackend } from '../src/index';

test('the best installed backend is loaded, and a backend that is set stays', async () => {
  expect(await loadBackend()).toBe('cpu');
  expect(getBackend()).toBe('cpu');
  expect(square(scalar(2)).dataSync()[0]).toBe(4);
  expect(await loadBackend('auto')).toBe('cpu');
});

test('a backend that is not installed is refused with the command that installs it', async () => {
  await expect(loadBackend('node-gpu')).rejects.toThrow(/backend "node-gpu" to load.*npm i @tensorflow\/tfjs-node-gpu/);
});

test('an unknown name is answered with the nearest one', async () => {
  await expect(loadBackend('cpus' as never)).rejects.toThrow('did you mean "cpu"?');
});
