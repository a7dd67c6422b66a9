const scopes = Symbol.for('@ctrflow/scopes');

/** Shared by all installed copies of this package. */
const registry = globalThis as { [scopes]?: string[] };

/**
 * Runs `body` under a name that tells where in a model it is (`deep/dense_1`): engines that record or fail name it.
 *
 * @example
 * const product = withScope('deep/dense_1', () => matMul(x, kernel));
 */
export function withScope<T>(name: string, body: () => T): T {
  const stack = (registry[scopes] ??= []);
  stack.push(name);
  try {
    return body();
  } finally {
    stack.pop();
  }
}

/** The innermost scope, or an empty string outside of any. */
export function currentScope(): string {
  return registry[scopes]?.at(-1) ?? '';
}
