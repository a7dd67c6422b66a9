import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FsTree } from 'nx/src/generators/tree';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { generateModel } from '../src/model';

const root = resolve(import.meta.dirname, '../../..');

/** What the generator would write, without writing it. */
async function generated(name: string, paper?: string, title?: string): Promise<Map<string, string>> {
  const tree = new FsTree(root, false);
  await generateModel(tree, {
    name,
    ...(paper === undefined ? {} : { paper }),
    ...(title === undefined ? {} : { title }),
  });
  return new Map(tree.listChanges().map(({ path, content }) => [path, content?.toString() ?? '']));
}

test('a new model has every file of a model package, parses, and stands in the zoo', async () => {
  const files = await generated('my-net-2', "O'Hara, Li: A net. KDD 2024.");
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
});

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

// Planted bugs that this fails for: `dIN`, `deepfm`, a blank in an identifier.
test.each([
  ['my-din', 'DIN', 'din', 'DIN'],
  ['my-fm', 'MyFM', 'myFM', 'MyFM'],
  ['my-fms', 'FMNet', 'fmNet', 'FMNet'],
  ['my-cnn', 'CNN-LSTM', 'cnnlstm', 'CNNLSTM'],
])('%s with the title %s is the factory %s', async (name, title, factory, type) => {
  const files = await generated(name, undefined, title);
  expect(files.get(`packages/models/${name}/src/${name}.ts`)).toContain(`export const ${factory}: ModelFactory<${type}Options> = defineModel(`); // prettier-ignore
  expect(files.get(`packages/models/${name}/README.md`)).toContain(`${title}: `);
  expect(files.get(`packages/models/${name}/src/${name}.ts`)).toContain(`summary: '${title}: one sentence.'`);
});

test('bad names and papers are refused before anything is made', async () => {
  await expect(generated('My Net')).rejects.toThrow('model: expected a name in lower case and dashes, got "My Net"');
  await expect(generated('deepfm')).rejects.toThrow('model: expected a new name, got "deepfm"');
  await expect(generated('x', undefined, 'din')).rejects.toThrow('model: expected a title such as DeepFM, got "din"');
  await expect(generated('x', 'A net')).rejects.toThrow('expected a paper as "authors: title. venue year."');
});
