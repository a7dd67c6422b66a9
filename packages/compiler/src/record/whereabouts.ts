import { engine } from '@tensorflow/tfjs-core';
import { currentScope } from '@ctrflow/core';

/** tfjs appends this to the names of its operations when it opens a scope for them. */
const SUFFIX = '__op';

/** The innermost tfjs operation that runs, `randomUniform` for instance. */
export function currentOp(): string | undefined {
  const { activeScope, scopeStack } = engine().state;
  const names = [activeScope, ...[...scopeStack].reverse()].map((scope) => scope?.name as string | undefined);
  return names.find((name) => name?.endsWith(SUFFIX))?.slice(0, -SUFFIX.length);
}

/** Who speaks in messages: `record, in deep/dense_1`. */
export function where(scope = ''): string {
  const named = currentScope() === '' ? scope : currentScope();
  return named === '' ? 'record' : `record, in ${named}`;
}
