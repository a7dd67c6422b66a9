import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packagesToReport } from '../src/packages-to-report';
import type { PublishedPackage } from '../src/packages';

let root: string;
let packages: PublishedPackage[];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ctrflow-api-'));
  mkdirSync(join(root, 'my-net/dist'), { recursive: true });
  packages = ['backends', 'my-net'].map((name) => {
    const folder = join(root, name);
    return { name, folder, staged: join(folder, '.pack'), json: { name, version: '0.1.0', exports: {} } };
  });
});
afterAll(() => {
  rmSync(root, { recursive: true });
});
const names = (named: readonly string[], check = false): string[] =>
  packagesToReport(packages, { named, check }).map(({ name }) => name);

// A contributor has built one package: `nx build my-net && npm run api`.
test('takes what is built', () => {
  expect(names([])).toEqual(['my-net']);
});

test('the check takes every package, so that one that was not built is an error', () => {
  expect(names([], true)).toEqual(['backends', 'my-net']);
});

test('takes what is named, and says what it does not know', () => {
  expect(names(['backends'])).toEqual(['backends']);
  expect(() => names(['my-nett'])).toThrow('api: expected the folder of a published package, got "my-nett"');
});
