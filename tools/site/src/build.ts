/**
 * `npm run site`: the API of every package from its sources, READMEs, guides and benchmarks as one site in `docs/api`. Every warning is an error: a link that leads nowhere, a type that is
 * used but not exported.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Converter, DocumentReflection, ReflectionKind, normalizePath } from 'typedoc';
import { workspaceRoot as root } from '../../release/src/packages';
import { entryPoints } from './entry-points';
import { pageOf } from './pages';

const out = join(root, 'docs/api');
rmSync(out, { recursive: true, force: true }); // or the pages of the last build would be found as documents

const modules = entryPoints();
const pages = [
  'docs/**/*.md',
  'packages/*/README.md',
  'packages/models/*/README.md',
  'examples/README.md',
  'tools/*/README.md',
];

const app = await Application.bootstrap({
  name: 'ctrflow',
  entryPoints: modules.map(({ path }) => path),
  tsconfig: join(root, 'tsconfig.json'),
  skipErrorChecking: true, // `npm run typecheck` does it
  basePath: root,
  disableGit: true, // a clone may have any remote or none
  sourceLinkTemplate: 'https://github.com/ctrflow/ctrflow/blob/{gitRevision}/{path}#L{line}',
  gitRevision: 'main',
  readme: join(root, 'README.md'),
  projectDocuments: pages.map((pattern) => `${root}/${pattern}`),
  out,
  customCss: join(root, 'tools/site/src/site.css'),
  headings: { readme: false },
  navigation: { includeCategories: false, includeGroups: true },
  visibilityFilters: {},
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  treatWarningsAsErrors: true,
  validation: { invalidLink: true, invalidPath: true, notExported: true, notDocumented: false },
  highlightLanguages: ['ts', 'js', 'sh', 'json', 'yaml', 'mermaid', 'python', 'java'],
  groupOrder: ['Guides', 'Results', 'Reference', 'Packages', 'Models', 'Modules', 'Tools', 'Decisions', '*'],
  sort: ['source-order'],
});

// A module is called what one writes to import it.
app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
  if (!reflection.kindOf(ReflectionKind.Module)) return;
  const [source] = reflection.sources ?? [];
  const found = modules.find(({ path }) => normalizePath(path) === source?.fullFileName);
  if (found !== undefined) reflection.name = found.name;
});

// A page is called what its heading says; a link to a folder leads to its README.
app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
  if (!(document instanceof DocumentReflection)) return;
  const path = document.project.files.getReflectionPath(document);
  if (path === undefined) return;
  const { title, group, folder } = pageOf(root, path, readFileSync(path, 'utf8'));
  document.name = title;
  document.frontmatter.group = group;
  if (folder !== undefined) document.project.files.registerReflectionPath(normalizePath(join(root, folder)), document);
});

const project = await app.convert();
if (project !== undefined) {
  app.validate(project);
  await app.generateOutputs(project);
}
if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
