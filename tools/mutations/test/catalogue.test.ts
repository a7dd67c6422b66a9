import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lowerings, passes } from '@ctrflow/compiler';
import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue/index';
import { root } from '../src/workspace';

test('every pass and every lowering has a bug to plant', () => {
  const broken = new Set(catalogue.map(({ of }) => of));
  expect([...Object.keys(passes), ...Object.keys(lowerings)].filter((name) => !broken.has(name))).toEqual([]);
});

test('every bug has its place, once, and changes it', async () => {
  const misplaced: string[] = [];
  for (const { of, file, find, replace } of catalogue) {
    const places = (await readFile(join(root, file), 'utf8')).split(find).length - 1;
    if (places !== 1 || find === replace) misplaced.push(`${of}: ${JSON.stringify(find)} is found ${places} times in ${file}`); // prettier-ignore
  }
  expect(misplaced).toEqual([]);
});
