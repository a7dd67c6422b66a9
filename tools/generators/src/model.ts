import { readFileSync, readdirSync } from 'node:fs';
import { formatFiles, readJson, updateJson } from '@nx/devkit';
import type { Tree } from '@nx/devkit';
import { join } from 'node:path';
import { namesOf } from './names';
import type { ModelNames } from './names';

/** What a model starts from: a linear term and a network over the fields, or a network over fields and histories. */
export type ModelVariant = 'fields' | 'histories';

/** Options of {@link generateModel}. */
export interface ModelGeneratorOptions {
  /** The model as its paper writes it, such as `DCNv2`, or the name of its package, such as `my-net`. */
  readonly name: string;
  /** Name in texts and types, such as `DIN` for the package `my-din`. Default: made of the name. */
  readonly title?: string;
  /** `authors: title. venue year.` */
  readonly paper?: string;
  /** Default `fields`. */
  readonly variant?: ModelVariant;
}

interface PackageJson {
  readonly version: string;
  dependencies: Record<string, string>;
}

/** Makes `packages/models/<name>`, its entries in the zoo and the README, and a changeset. `npx nx g ./tools/generators:model DCNv2`. */
export async function generateModel(tree: Tree, options: ModelGeneratorOptions): Promise<void> {
  const { paper = `Nobody: A paper to be named. ARXIV ${new Date().getFullYear()}.`, variant = 'fields' } = options;
  const names = namesOf(options.name, options.title);
  const { name, title } = names;
  const folder = `packages/models/${name}`;
  if (tree.exists(folder)) throw new Error(`model: expected a new name, got "${name}"; ${folder} exists`);
  if (!/^.+: .+\. .*\b(19|20)\d\d\.$/.test(paper))
    throw new Error(`model: expected a paper as "authors: title. venue year.", got "${paper}"`);
  const { version } = readJson<PackageJson>(tree, 'packages/model-kit/package.json');
  const text = paper.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  const values = { ...names, paper: text, citation: paper, libraries: `^${version}` };
  for (const part of ['common', variant])
    for (const [path, content] of rendered(part, values)) tree.write(`${folder}/${path}`, content);
  const packages = [`'@ctrflow/${name}': minor`, "'@ctrflow/zoo': minor"].join('\n');
  tree.write(`.changeset/add-${name}.md`, `---\n${packages}\n---\n\nAdd the model ${title}.\n`);
  addToZoo(tree, name);
  addToReadme(tree, { name, title });
  await formatFiles(tree);
}

/** The files of a folder of `files/`, each `<%= value %>` and `__name__` filled in. */
function rendered(
  part: string,
  values: ModelNames & Readonly<Record<string, string>>,
): [path: string, content: string][] {
  const templates = join(import.meta.dirname, '../files', part);
  const fill = (template: string): string =>
    template.replace(/<%= (\w+) %>/g, (_, name: string) => {
      if (name in values) return values[name];
      throw new Error(`model: expected a value among ${Object.keys(values).join(', ')}, got "${name}"`);
    });
  return readdirSync(templates, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.template'))
    .map((path) => [
      path
        .replaceAll('\\', '/')
        .replace('__name__', values.name)
        .replace(/\.template$/, ''),
      fill(readFileSync(join(templates, path), 'utf8')),
    ]);
}

/** The zoo imports and depends on the package of every folder. */
function addToZoo(tree: Tree, name: string): void {
  updateJson<PackageJson>(tree, 'packages/zoo/package.json', (json) => {
    json.dependencies[`@ctrflow/${name}`] = '^0.0.0';
    return json;
  });
  const folders = tree.children('packages/models').filter((folder) => tree.exists(`packages/models/${folder}/package.json`)); // prettier-ignore
  tree.write('packages/zoo/src/model-packages.ts', modelPackages(folders.sort()));
}

/** The module of the zoo that imports all model packages. */
function modelPackages(folders: readonly string[]): string {
  const variable = (folder: string): string => folder.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const imports = folders.map((folder) => `import * as ${variable(folder)} from '@ctrflow/${folder}';\n`).join('');
  const entries = folders.map((folder) => `  '@ctrflow/${folder}': ${variable(folder)},\n`).join('');
  return `${imports}
/** What each folder of \`packages/models\` exports, by the name of its package. Bundlers need the imports; a test compares them with the folders. */
export const modelPackages: Readonly<Record<string, object>> = {
${entries}};
`;
}

/** A row below the last model of the README's table. */
function addToReadme(tree: Tree, { name, title }: { readonly name: string; readonly title: string }): void {
  const lines = (tree.read('README.md', 'utf8') ?? '').split('\n');
  const last = lines.findLastIndex((line) => line.includes('](packages/models/'));
  lines.splice(last + 1, 0, `| [\`@ctrflow/${name}\`](packages/models/${name}) | ${title} |`);
  tree.write('README.md', lines.join('\n'));
}
