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
  addToZoo(tree, { name, title, factory, paper: text });
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

interface ZooEntry {
  readonly name: string;
  readonly title: string;
  readonly factory: string;
  readonly paper: string;
}

function addToZoo(tree: Tree, { name, title, factory, paper }: ZooEntry): void {
  const packageName = `@ctrflow/${name}`;
  updateJson<PackageJson>(tree, 'packages/zoo/package.json', (json) => {
    json.dependencies[packageName] = '^0.0.0';
    return json;
  });
  replace(tree, 'packages/zoo/src/catalog.ts', /\n\];/, () => {
    const lines = [`name: '${name}',`, `package: '${packageName}',`, `summary: '${title}: one sentence.',`, `paper: '${paper}',`]; // prettier-ignore
    return `\n  {\n${lines.map((line) => `    ${line}\n`).join('')}  },\n];`;
  });
  replace(tree, 'packages/zoo/src/factories.ts', /\n\n\/\*\*/, (match) => `\nimport { ${factory} } from '${packageName}';${match}`); // prettier-ignore
  replace(tree, 'packages/zoo/src/factories.ts', /\[([\w\s,]+?),?\s*\]\.map/, (_, models) => `[${models}, ${factory}].map`); // prettier-ignore
}

/** Replaces the first match; an error when the file no longer looks as expected. */
function replace(tree: Tree, path: string, pattern: RegExp, by: (match: string, group: string) => string): void {
  const text = tree.read(path, 'utf8') ?? '';
  if (!pattern.test(text)) throw new Error(`model: expected ${String(pattern)} in ${path}, got none`);
  tree.write(path, text.replace(pattern, by));
}
