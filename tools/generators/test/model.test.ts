import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FsTree } from 'nx/src/generators/tree';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { generateModel } from '../src/model';
import type { ModelGeneratorOptions } from '../src/model';

const root = resolve(import.meta.dirname, '../../..');

/** What the generator would write, without writing it. */
async function generated(
  name: string,
  options: Omit<ModelGeneratorOptions, 'name'> = {},
): Promise<Map<string, string>> {
  const tree = new FsTree(root, false);
  await generateModel(tree, { name, ...options });
  return new Map(tree.listChanges().map(({ path, content }) => [path, content?.toString() ?? '']));
}

const variants = ['fields', 'histories'] as const;

test.each(variants)(
  'a new model over %s has every file of a model package, parses, and stands in the zoo',
  async (variant) => {
    const files = await generated('my-net-2', { paper: "O'Hara, Li: A net. KDD 2024.", variant });
    const folder = 'packages/models/my-net-2';
    const own = ['README.md', 'package.json', 'project.json', 'src/index.ts', 'src/my-net-2.ts', 'src/options.ts', 'test/my-net-2.test.ts', 'tsup.config.ts']; // prettier-ignore
    const zoo = ['packages/zoo/package.json', 'packages/zoo/src/model-packages.ts', 'README.md'];
    expect([...files.keys()].sort()).toEqual(
      ['.changeset/add-my-net-2.md', ...own.map((file) => `${folder}/${file}`), ...zoo].sort(),
    );
    for (const [path, content] of files) {
      expect(content, path).not.toMatch(/<%|%>/);
      if (path.endsWith('.json')) JSON.parse(content);
      if (!path.endsWith('.ts')) continue;
      const { diagnostics } = ts.transpileModule(content, { reportDiagnostics: true, fileName: path });
      expect(diagnostics, path).toEqual([]);
    }
    expect(files.get(`${folder}/src/my-net-2.ts`)).toContain(
      'export const myNet2: ModelFactory<MyNet2Options> = defineModel(',
    );
    expect(files.get(`${folder}/README.md`)).toContain("O'Hara, Li: A net. KDD 2024.");
    const zooModule = 'packages/zoo/src/model-packages.ts';
    const before = readFileSync(join(root, zooModule), 'utf8').split('\n');
    const added = files
      .get(zooModule)
      ?.split('\n')
      .filter((line) => !before.includes(line));
    expect(added).toEqual(["import * as myNet2 from '@ctrflow/my-net-2';", "  '@ctrflow/my-net-2': myNet2,"]);
    expect(files.get('README.md')).toMatch(
      /\n\| \[`@ctrflow\/my-net-2`\]\(packages\/models\/my-net-2\) +\| MyNet2 +\|\n/,
    );
  },
);

test('a package as it is published: the same as the models that exist', async () => {
  const files = await generated('my-net');
  const made = JSON.parse(files.get('packages/models/my-net/package.json') ?? '') as Record<string, unknown>;
  const model = JSON.parse(readFileSync(join(root, 'packages/models/deepfm/package.json'), 'utf8')) as typeof made;
  for (const key of [
    'type',
    'sideEffects',
    'engines',
    'files',
    'exports',
    'dependencies',
    'peerDependencies',
    'publishConfig',
  ])
    expect(made[key], key).toEqual(model[key]);
});

test('the name of a paper names package, factory, options and texts, and the changeset has what is touched', async () => {
  const files = await generated('AutoInt+');
  const folder = 'packages/models/autoint-plus';
  const source = files.get(`${folder}/src/autoint-plus.ts`);
  expect(source).toContain('export const autoIntPlus: ModelFactory<AutoIntPlusOptions> = defineModel(');
  expect(source).toContain("summary: 'AutoInt+: what it is, in one sentence.'");
  expect(files.get(`${folder}/README.md`)).toContain('AutoInt+: `logit');
  const changeset = files.get('.changeset/add-autoint-plus.md')?.replaceAll('"', "'");
  expect(changeset).toContain("'@ctrflow/autoint-plus': minor\n'@ctrflow/zoo': minor\n");
});

test('bad names and papers are refused before anything is made', async () => {
  await expect(generated('2 Nets')).rejects.toThrow('model: expected a name such as DCNv2, AutoInt+ or my-net');
  await expect(generated('DeepFM')).rejects.toThrow('model: expected a new name, got "deepfm"');
  await expect(generated('x', { paper: 'A net' })).rejects.toThrow('expected a paper as "authors: title. venue year."');
});
