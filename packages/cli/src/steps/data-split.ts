import { ConfigError, checkInteger, checkKnownOptions, checkNumber, checkOneOf, expected, show } from '@ctrflow/core';
import type { Split } from '@ctrflow/data';
import type { dataOptions } from '../args/data-options';
import type { Values } from '../args/option';

const shares = ['valid', 'test'] as const;
const keysOf: Readonly<Record<Split['by'], readonly string[]>> = {
  ratio: ['by', ...shares, 'key', 'seed'],
  group: ['by', ...shares, 'column', 'seed'],
  time: ['by', ...shares, 'column'],
  'leave-last-out': ['by', 'group', 'time'],
  none: ['by'],
};

/** The split that `--split` describes; columns come from `--time` and `--group` unless it names them. */
export function splitOf(who: string, options: Values<typeof dataOptions>): Split | undefined {
  const { split } = options;
  if (split === undefined) return undefined;
  const name = '--split';
  const by = checkOneOf(who, name, split.by ?? 'ratio', Object.keys(keysOf) as Split['by'][]);
  checkKnownOptions(`${who} ${name}`, split, keysOf[by]);
  const column = (key: string, role: 'time' | 'group'): string => {
    const named = split[key] ?? options[role];
    if (typeof named === 'string') return named;
    throw new ConfigError(expected(who, `a column to split by ${role}`, 'none', `give --${role}`));
  };
  refuseTwoParts(who, options, by);
  const parts = { valid: share(who, options, 'valid'), test: share(who, options, 'test') };
  switch (by) {
    case 'none':
      return { by };
    case 'leave-last-out':
      return { by, group: column('group', 'group'), time: column('time', 'time') };
    case 'time':
      return { by, ...parts, column: column('column', by) };
    case 'group':
      return { by, ...parts, ...seedOf(who, split), column: column('column', by) };
    case 'ratio':
      return { by, ...parts, ...seedOf(who, split), ...(typeof split.key === 'string' && { key: split.key }) };
  }
}

/** Rows that the split takes for a part that is a file of its own would be used for nothing. */
function refuseTwoParts(who: string, { split, ...files }: Values<typeof dataOptions>, by: Split['by']): void {
  if (by === 'none') return;
  for (const part of shares) {
    const share = split?.[part] ?? 0;
    const takes = by === 'leave-last-out' ? `by=${by}` : share === 0 ? undefined : `${part}=${show(share)}`;
    if (files[part] === undefined || takes === undefined) continue;
    throw new ConfigError(
      `${who}: expected one of --${part} and ${takes} of --split, got both; the rows that the split sets apart would be left out`,
    );
  }
}

function seedOf(who: string, { seed }: Readonly<Record<string, unknown>>): { seed?: number } {
  return seed === undefined ? {} : { seed: checkInteger(who, 'seed of --split', seed, { min: 0 }) };
}

/** Ten percent, unless the part is a file of its own. */
function share(who: string, { split, ...files }: Values<typeof dataOptions>, part: (typeof shares)[number]): number {
  const given = split?.[part] ?? (files[part] === undefined ? 0.1 : 0);
  return checkNumber(who, `${part} of --split`, given, { min: 0, max: 1 });
}
