import { ConfigError, emptyRecord } from '@ctrflow/core';
import { kebabCase } from '../output/format';
import type { Options } from './option';

/**
 * Other options, and what they have to be: `true` for given at all, or a list of values, among which `undefined` stands for
 * an option that is not given.
 */
export type OptionCondition = Readonly<Record<string, true | readonly (string | undefined)[]>>;

/** When an option has an effect. One that would be ignored is refused. */
export interface OptionRule {
  /** It has an effect when one of these holds. */
  readonly needs?: OptionCondition;
  /** It has none when all of these hold. */
  readonly idleWith?: OptionCondition;
  /** What to do instead. */
  readonly hint: string;
}

/** Rules by the names of the options. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/**
 * Refuses options that would be ignored beside the others.
 *
 * @param known - the options that the command has: rules are shared, and may name others
 * @throws ConfigError naming the option, what it needs, and what to do
 */
export function checkRules(
  who: string,
  given: Readonly<Record<string, unknown>>,
  rules: OptionRules,
  known: Options,
): void {
  const holds = ([name, wanted]: [string, OptionCondition[string]]): boolean =>
    wanted === true ? isGiven(given[name]) : wanted.includes(given[name] as string | undefined);
  for (const [name, { needs, idleWith, hint }] of Object.entries(rules)) {
    if (!isGiven(given[name])) continue;
    const option = `--${kebabCase(name)}`;
    const needed = Object.entries(needs ?? emptyRecord<OptionCondition[string]>()).filter(([other]) =>
      Object.hasOwn(known, other),
    );
    if (needed.length > 0 && !needed.some(holds))
      throw new ConfigError(
        `${who}: expected ${described(needed, ' or ')} with ${option}, got ${gotOf(given, needed)}; ${hint}`,
      );
    if (idleWith !== undefined && Object.entries(idleWith).every(holds))
      throw new ConfigError(
        `${who}: expected no ${option} with ${described(Object.entries(idleWith), ' and ')}, got both; ${hint}`,
      );
  }
}

/** A switch that a config file turns off is not given. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false;
}

/** `--engine auto or --engine compiled`. */
function described(conditions: readonly (readonly [string, OptionCondition[string]])[], joint: string): string {
  return conditions
    .flatMap(([name, wanted]) => {
      const option = `--${kebabCase(name)}`;
      return wanted === true
        ? [option]
        : wanted.flatMap((value) => (value === undefined ? [] : [`${option} ${value}`]));
    })
    .join(joint);
}

/** What was given of the options that are needed: `--engine eager`, or `none`. */
function gotOf(given: Readonly<Record<string, unknown>>, needed: readonly (readonly [string, unknown])[]): string {
  const [name] = needed.find(([other]) => isGiven(given[other])) ?? [];
  return name === undefined ? 'none' : `--${kebabCase(name)} ${String(given[name])}`;
}
