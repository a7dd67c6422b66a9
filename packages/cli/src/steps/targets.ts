import { ConfigError, expected } from '@ctrflow/core';
import type { TargetSpec } from '@ctrflow/features';

/** Name, column, kind. */
const FORM = /^([^=:]+)(?:=([^:]+))?(?::(.+))?$/;

/**
 * The targets of `--targets`: `click`, `purchase=order` for another column, `spend:number`, `device:phone|desk` for classes.
 *
 * @throws ConfigError for a text of another form
 */
export function parseTargets(who: string, texts: readonly string[] | undefined): readonly TargetSpec[] | undefined {
  return texts?.map((text) => {
    const [, name, column, kind = 'binary'] = FORM.exec(text) ?? [];
    const hint = 'NAME, NAME=COLUMN, NAME:number, or NAME:one|two|three for classes';
    if (name === undefined) throw new ConfigError(expected(who, 'a target for --targets', text, hint));
    const base = { name, ...(column !== undefined && { column }) };
    if (kind === 'binary' || kind === 'number') return { ...base, kind };
    if (kind.includes('|')) return { ...base, kind: 'class', classes: kind.split('|') };
    throw new ConfigError(expected(who, `a kind of target "${name}" for --targets`, kind, hint));
  });
}
