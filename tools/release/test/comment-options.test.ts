import { join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { commentOptions } from '../src/comment-options';

const folder = import.meta.dirname;
const root = resolve(folder, '../../..');
const source = `import { flag, integer, number, oneOf, share, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
export const options = {
  hiddenUnits: units([400, 400], "H, units of each layer; \`[]\` is the paper's."),
  auxiliaryUnits: units([], 'H, units of the judge.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  stdDev: number(1e-4, 'Standard deviation.'),
  batchNorm: flag(false, 'Says "no" to */ and \\\\.'),
  activation: oneOf(['relu', 'leaky-relu'], 'leaky-relu', 'Activation, of some.'),
  clipNorm: number(undefined, 'Largest norm.'),
  seed: integer(-1, 'Seeds weights.'),
};
export type Options = OptionsOf<typeof options>;
`;
const user = `import type { Options } from './declared';
export const given: Options = { hiddenUnits: [1], auxiliaryUnits: [], dropout: 0, stdDev: 1, batchNorm: true, activation: 'relu', clipNorm: 1, seed: 1 };
`;

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
);

/** A language service, as editors run it, over some files that are not on the disk. */
function serviceOver(files: Readonly<Record<string, string>>): ts.LanguageService {
  const textOf = (path: string): string | undefined =>
    Object.entries(files).find(([name]) => join(folder, name) === path)?.[1] ?? ts.sys.readFile(path);
  return ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, noEmit: false, emitDeclarationOnly: true, types: [] }),
    getScriptFileNames: () => Object.keys(files).map((name) => join(folder, name)),
    getScriptVersion: () => '1',
    getScriptSnapshot(path) {
      const text = textOf(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => textOf(path) !== undefined,
    readFile: textOf,
    readDirectory: (...args) => ts.sys.readDirectory(...args),
    directoryExists: (path) => ts.sys.directoryExists(path),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
  });
}

// Planted bugs that this fails for: a mapped type that loses where its properties come from; a default or a doc of a form that the pattern does not know.
test('an editor shows what an option does wherever a user writes it', () => {
  const [emitted] = serviceOver({ 'options.ts': source }).getEmitOutput(join(folder, 'options.ts')).outputFiles;
  const service = serviceOver({ 'declared.d.ts': commentOptions(emitted.text), 'user.ts': user });
  const shown = (name: string): string => {
    const info = service.getQuickInfoAtPosition(join(folder, 'user.ts'), user.indexOf(` ${name}:`) + 1);
    return ts.displayPartsToString(info?.documentation);
  };
  expect(service.getSemanticDiagnostics(join(folder, 'user.ts'))).toEqual([]);
  expect(shown('hiddenUnits')).toBe("H, units of each layer; `[]` is the paper's. Default `[400, 400]`.");
  expect(shown('auxiliaryUnits')).toBe('H, units of the judge. Default `[]`.');
  expect(shown('dropout')).toBe('Dropout after each hidden layer. Default `0`.');
  expect(shown('stdDev')).toBe('Standard deviation. Default `0.0001`.');
  expect(shown('batchNorm')).toMatch(/^Says "no" to \*.?\/ and \\\. Default `false`\.$/);
  expect(shown('activation')).toBe('Activation, of some. Default `leaky-relu`.');
  expect(shown('clipNorm')).toBe('Largest norm.');
  expect(shown('seed')).toBe('Seeds weights. Default `-1`.');
}, 60_000);

test('what declares no options stays as it is', () => {
  const text = 'declare const x: { option: Option<number>; };\n';
  expect(commentOptions(text)).toBe(text);
});
