import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { missingChangesets } from '../src/missing-changesets';
import { workspaceRoot } from '../src/packages';

const packages = [
  { name: '@ctrflow/core', path: 'packages/core' },
  { name: 'ctrflow', path: 'packages/cli' },
];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ctrflow-changesets-'));
  git('init', '-q', '-b', 'main');
  commit({ 'packages/core/src/a.ts': '1', 'packages/cli/src/b.ts': '1', '.changeset/old.md': changeset('ctrflow') });
  git('checkout', '-q', '-b', 'work');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder, stdio: 'pipe' });
}

function commit(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  git('add', '.');
  git('commit', '-q', '-m', 'a change');
}

const changeset = (...names: string[]): string =>
  `---\n${names.map((name) => `'${name}': minor\n`).join('')}---\n\nSays '@ctrflow/core': minor.\n`;
const missing = (): string[] => missingChangesets(folder, 'main', packages);

// Planted bugs that this fails for: one changeset for all, changesets of the base, names in the text below the head.
test('each changed package is named by a changeset of the branch', () => {
  commit({ 'packages/core/src/a.ts': '2', 'packages/cli/package.json': '{}' });
  expect(missing()).toEqual(['@ctrflow/core', 'ctrflow']);
  commit({ '.changeset/new.md': changeset('ctrflow') });
  expect(missing()).toEqual(['@ctrflow/core']);
  commit({ '.changeset/other.md': '---\n"@ctrflow/core": patch\n---\n\nA change.\n' });
  expect(missing()).toEqual([]);
});

test('tests, READMEs and what main got meanwhile ask for none', () => {
  commit({ 'packages/core/test/a.test.ts': '1', 'packages/core/README.md': 'x' });
  git('checkout', '-q', 'main');
  commit({ 'packages/core/src/a.ts': '3' });
  git('checkout', '-q', 'work');
  expect(missing()).toEqual([]);
});

test('pull requests run the check against main', () => {
  const workflow = readFileSync(join(workspaceRoot, '.github/workflows/ci.yml'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(workspaceRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string> }; // prettier-ignore
  expect(workflow).toMatch(/fetch-depth: 0[^]*- run: npm run check:changesets -- origin\/main\n/);
  expect(scripts['check:changesets']).toBe('node --import=tsx tools/release/src/check-changesets.ts');
});
