import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCtrflowError } from '@ctrflow/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endUse, outcomeOf, rightArguments, wrongCalls } from './wrong-calls/call';
import { entryPoints, functionsOf } from './wrong-calls/entry-points';
import { exempt } from './wrong-calls/exempt';
import { tables } from './wrong-calls/tables';

const folder = mkdtempSync(join(tmpdir(), 'ctrflow-wrong-'));
const before = process.cwd();
beforeAll(() => {
  process.chdir(folder); // "x" is a path too
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const published = await Promise.all(
  entryPoints().map(async (entryPoint) => ({ entryPoint, functions: await functionsOf(entryPoint) })),
);
const written = (): readonly string[] => readdirSync(folder, { recursive: true }).map(String).sort();

// Fails when a function reads a property of an argument before it has looked at what it was given, when it takes what it cannot use, and when it is new and no table has it.
describe.each(published)('$entryPoint', ({ entryPoint, functions }) => {
  const own = tables[entryPoint] ?? {};
  const reasons = exempt[entryPoint] ?? {};
  const isExempt = (name: string): boolean => '*' in reasons || name in reasons;

  test('every function has its arguments in a table, or a reason why not', () => {
    expect(
      Object.keys(functions)
        .filter((name) => !isExempt(name))
        .sort(),
    ).toEqual(Object.keys(own).sort());
    expect(Object.keys(reasons).filter((name) => name !== '*' && !(name in functions))).toEqual([]);
  });

  test.each(Object.keys(own))('%s', async (name) => {
    const right = await outcomeOf(functions[name], rightArguments(own[name]));
    expect(right.error, `the right call: ${stackOf(right.error)}`).toBeUndefined();
    endUse(right.result);
    const problems: string[] = [];
    for (const { shown, given } of wrongCalls(own[name])) {
      const files = written();
      const { error, result } = await outcomeOf(functions[name], given);
      if (error === undefined) {
        endUse(result);
        problems.push(`${shown}: is taken`);
      } else if (!isCtrflowError(error)) problems.push(`${shown}: ${stackOf(error)}`);
      if (written().join() !== files.join()) problems.push(`${shown}: writes files`);
    }
    expect(problems).toEqual([]);
  });
});

function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack!.split('\n').slice(0, 3).join('') : String(error);
}
