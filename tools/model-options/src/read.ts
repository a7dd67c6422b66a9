import { resolve } from 'node:path';
import { modelFactories } from '@ctrflow/zoo';
import type { ModelOption } from '@ctrflow/zoo/catalog';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../../..');

/** Options of all models, and of each by its name. */
export interface AllOptions {
  readonly common: readonly ModelOption[];
  readonly own: Readonly<Record<string, readonly ModelOption[]>>;
}

/**
 * What the interfaces of options say of themselves: names, comments and types by the compiler, defaults by the factories.
 *
 * @throws Error for an option without a comment, or whose comment does not state the default that holds
 */
export function readOptions(): AllOptions {
  const kit = resolve(root, 'packages/model-kit/src/index.ts');
  const entries = Object.keys(modelFactories).map((name) => ({ name, file: resolve(root, `packages/models/${name}/src/index.ts`) })); // prettier-ignore
  const program = ts.createProgram([kit, ...entries.map(({ file }) => file)], compilerOptions());
  const interfaceOf = (file: string, isIt: (name: string) => boolean): ModelOption[] => {
    const checker = program.getTypeChecker();
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    const found = module && checker.getExportsOfModule(module).find(({ name }) => isIt(name));
    if (found === undefined) throw new Error(`model-options: expected an interface of options in ${file}, got none`);
    const type = checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(found));
    return type.getProperties().map((property) => optionOf(checker, property));
  };
  const common = interfaceOf(kit, (name) => name === 'CommonModelOptions');
  const isOptions = (name: string): boolean => name.endsWith('Options');
  const defaultsOf = (name: string) => modelFactories[name].defaults as Readonly<Record<string, unknown>>;
  return {
    common: common.map((option) => withDefault('all models', option, defaultsOf('lr'))),
    own: Object.fromEntries(
      entries.map(({ name, file }) => [
        name,
        interfaceOf(file, isOptions).map((option) => withDefault(name, option, defaultsOf(name))),
      ]),
    ),
  };
}

function compilerOptions(): ts.CompilerOptions {
  const found = ts.readConfigFile(resolve(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path));
  if (found.error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(found.error.messageText, '\n'));
  return ts.parseJsonConfigFileContent(found.config as unknown, ts.sys, root).options;
}

function optionOf(checker: ts.TypeChecker, property: ts.Symbol): ModelOption {
  const text = ts.displayPartsToString(property.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim();
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(property));
  const choices = type.isUnion()
    ? type.types.flatMap((each) => (each.isStringLiteral() ? [each.value] : [])).sort()
    : [];
  return { name: property.name, text, default: undefined, ...(choices.length > 0 && { choices }) };
}

function withDefault(who: string, option: ModelOption, defaults: Readonly<Record<string, unknown>>): ModelOption {
  const { name, text } = option;
  const value = defaults[name] as ModelOption['default'];
  const stated = /\bDefault (?:`([^`]*)`|(\w+(?:[.-]\w+)*))/.exec(text);
  const found = (stated?.[1] ?? stated?.[2])?.replace(/[\s[\]]/g, '');
  if (found !== String(value) && Number(found) !== value)
    throw new Error(`model-options: expected the comment of ${name} of ${who} to say "Default ${String(value)}", got "${text}"`); // prettier-ignore
  return { ...option, default: value };
}
