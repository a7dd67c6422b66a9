import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lowerings, passes } from '@ctrflow/compiler';
import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue/index';
import { packageOf } from '../src/package-of';
import { root } from '../src/workspace';

test('every pass and every lowering has a bug to plant', () => {
  const broken = new Set(catalogue.map(({ of }) => of));
  expect([...Object.keys(passes), ...Object.keys(lowerings)].filter((name) => !broken.has(name))).toEqual([]);
});

test.each([
  ...['compiler', 'features', 'data', 'samples', 'metrics', 'training', 'embeddings', 'export', 'cli', 'layers'],
  'models',
])('%s has at least 15 bugs to plant', (name) => {
  expect(catalogue.filter((bug) => packageOf(bug) === name).length).toBeGreaterThanOrEqual(15);
});

test('every bug has its place, once, and changes it', async () => {
  const misplaced: string[] = [];
  for (const { of, file, find, replace } of catalogue) {
    const source = await readFile(join(root, file), 'utf8').catch(() => '');
    const places = source.split(find).length - 1;
    if (places !== 1 || find === replace) misplaced.push(`${of}: ${JSON.stringify(find)} is found ${places} times in ${file}`); // prettier-ignore
  }
  expect(misplaced).toEqual([]);
});

test('every bug is another one', () => {
  const keys = catalogue.map(({ file, find, replace, only }) => JSON.stringify([file, find, replace, only]));
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

/** `differential` is a part of a name, as vitest takes it. */
test('every test file that must notice exists', async () => {
  const files = [...new Set(catalogue.flatMap(({ tests }) => tests))].filter((file) => file.endsWith('.test.ts'));
  const found = await Promise.all(files.map((file) => access(join(root, file)).then(() => true, () => false))); // prettier-ignore
  expect(files.filter((_, i) => !found[i])).toEqual([]);
});
