import { readFileSync, readdirSync } from 'node:fs';
import { formatFiles, readJson, updateJson } from '@nx/devkit';
import type { Tree } from '@nx/devkit';
import { join } from 'node:path';

/** Options of {@link generateModel}. */
export interface ModelGeneratorOptions {
  /** Name in files and on command lines: lower case, dashes. */
  readonly name: string;
  /** Name in code and texts, such as `DeepFM` or `DIN`. Default: the name, its words capitalized. */
  readonly title?: string;
  /** `authors: title. venue year.` */
  readonly paper?: string;
}

interface PackageJson {
  readonly version: string;
  dependencies: Record<string, string>;
}

/** Makes `packages/models/<name>` and its entries in the zoo. `npx nx g ./tools/generators:model deepfm --title DeepFM`. */
export async function generateModel(tree: Tree, options: ModelGeneratorOptions): Promise<void> {
  const { name, paper = 'Nobody: A paper to be named. ARXIV 2000.' } = options;
  const folder = `packages/models/${name}`;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Error(`model: expected a name in lower case and dashes, got "${name}"`);
  if (tree.exists(folder)) throw new Error(`model: expected a new name, got "${name}"; ${folder} exists`);
  if (!/^.+: .+\. .*\b(19|20)\d\d\.$/.test(paper))
    throw new Error(`model: expected a paper as "authors: title. venue year.", got "${paper}"`);
  const words = name.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase());
  const title = options.title ?? words;
  if (!/^[A-Z][A-Za-z0-9]*([- ][A-Za-z0-9]+)*$/.test(title))
    throw new Error(`model: expected a title such as DeepFM, got "${title}"`);
  const type = title.replace(/[- ]/g, '');
  const factory = factoryName(type);
  const { version } = readJson<PackageJson>(tree, 'packages/model-kit/package.json');
  const text = paper.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  const values = { name, title, type, factory, paper: text, citation: paper, libraries: `^${version}` };
  for (const [path, content] of rendered(values)) tree.write(`${folder}/${path}`, content);
  tree.write(`.changeset/add-${name}.md`, `---\n'@ctrflow/${name}': minor\n---\n\nAdd the model ${title}.\n`);
  addToZoo(tree, name);
  addToReadme(tree, { name, title });
  await formatFiles(tree);
}

/** `DeepFM` -> `deepFM`, `DIN` -> `din`: the first capitals become small, but for the one that begins the next word. */
function factoryName(type: string): string {
  return type.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

/** The files of `files/`, each `<%= value %>` and `__name__` filled in. */
function rendered(values: Readonly<Record<string, string>>): [path: string, content: string][] {
  const templates = join(import.meta.dirname, '../files');
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
