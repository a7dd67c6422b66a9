/**
 * `npm run claims`: runs the commands that documents name before blocks of code, and fails where what they print differs from
 * what the documents say.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { countNumbers, differences } from './compare-output';
import { findClaims } from './find-claims';
import { runCommand } from './run-command';

const root = resolve(import.meta.dirname, '../../..');
const files = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
const claims = files.flatMap((file) => findClaims(file, readFileSync(join(root, file), 'utf8')));
if (claims.length === 0) throw new Error('claims: expected claims in the documents, got none');

const folder = mkdtempSync(join(tmpdir(), 'ctrflow-claims-'));
const outputs = new Map<string, string>();
let failed = 0;
try {
  for (const { file, line, commands, within, text } of claims) {
    for (const command of commands) if (!outputs.has(command)) outputs.set(command, await runCommand(command, folder));
    const wrong = differences(text, commands.map((command) => outputs.get(command)).join('\n'), within);
    failed += wrong.length;
    console.log(
      `${file}:${line}: ${commands.at(-1) ?? ''}: ${text.length} lines, ${countNumbers(text)} numbers, ${wrong.length} differ`,
    );
    for (const { claimed, printed = 'no such line' } of wrong)
      console.log(`  claimed: ${claimed}\n  printed: ${printed}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed === 0 ? 0 : 1;
