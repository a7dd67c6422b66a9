import type { Mutation } from '../mutation';

/**
 * Makes the bugs of a package: each is a file below its `src`, a piece of it, what a person might write there by mistake, and the test files below its `test` that
 * must notice (one that begins with `packages/`, `tools/` or `examples/` lies elsewhere).
 */
export function bugsIn(
  folder: string,
): (file: string, find: string, replace: string, tests: string | readonly string[], only?: string) => Mutation {
  // prettier-ignore
  const placed = (name: string): string => (/^(packages|tools|examples)\//.test(name) ? name : `${folder}/test/${name}`); // prettier-ignore
  return (file, find, replace, tests, only) => ({
    of: file.slice(file.lastIndexOf('/') + 1),
    file: `${folder}/src/${file}.ts`,
    find,
    replace,
    tests: [tests].flat().map((name) => `${placed(name)}.test.ts`),
    ...(only !== undefined && { only }),
  });
}
