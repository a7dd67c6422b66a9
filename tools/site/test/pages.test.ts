import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entryPoints } from '../src/entry-points';
import { pageOf } from '../src/pages';

test('a page has the title of its first heading and the group of its folder', () => {
  expect(pageOf('/r', '/r/docs/guides/compiler.md', 'text\n\n# The compiler\n\n# More')).toEqual({ title: 'The compiler', group: 'Guides' }); // prettier-ignore
  expect(pageOf('/r', '/r/packages/models/din/README.md', '# DIN')).toEqual({ title: 'DIN', group: 'Models', folder: 'packages/models/din' }); // prettier-ignore
  expect(pageOf('/r', '/r/docs/benchmarks/README.md', '# Benchmarks').group).toBe('Results');
  expect(() => pageOf('/r', '/r/docs/empty.md', 'no heading')).toThrow(/expected a heading in docs\/empty\.md/);
});

test('every entry of every published package is a module, by the name one imports', () => {
  const points = entryPoints();
  const names = points.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['ctrflow', '@ctrflow/core', '@ctrflow/training/node', '@ctrflow/deepfm']),
  );
  expect(new Set(names).size).toBe(names.length);
  for (const { path } of points) expect(existsSync(path), path).toBe(true);
});
