import { relative, sep } from 'node:path';
import { missingChangesets } from './missing-changesets';
import { publishedPackages, workspaceRoot } from './packages';

// npm run check:changesets -- origin/main
const base = process.argv[2] ?? 'origin/main';
const packages = publishedPackages().map(({ name, folder }) => ({
  name,
  path: relative(workspaceRoot, folder).split(sep).join('/'),
}));
const missing = missingChangesets(workspaceRoot, base, packages);
if (missing.length > 0) {
  console.error(`changesets: expected one that names ${missing.join(', ')}, got none since ${base}; run "npm run changeset"`); // prettier-ignore
  process.exitCode = 1;
}
