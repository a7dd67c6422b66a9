/** How a public function is called with one argument wrong: the rows of the tables beside this file. */

/**
 * The arguments of a function in their order. Of each, the first value is right; those that follow are right too where they are among the wrong ones. `argument.option` is an
 * option of an argument: all values are such exceptions, `undefined` is one wherever the right argument lacks the option.
 *
 * @example
 * { folder: ['runs/a', 'x'], options: [{}, undefined], 'options.resume': [true] }
 */
export type Arguments = Readonly<Record<string, readonly unknown[]>>;

/** Arguments by function, of one entry point of a package. */
export type Functions = Readonly<Record<string, Arguments>>;

/** What a JavaScript program may pass by mistake; types are no help there. */
export const wrongs: readonly unknown[] = [undefined, null, 5, 'x', [], {}, true, NaN, () => undefined, [null]];

/** A call with one value that may be wrong. */
export interface WrongCall {
  /** What is wrong, and the value. */
  readonly shown: string;
  readonly given: readonly unknown[];
}

/** The arguments of the call that is right. */
export function rightArguments(table: Arguments): unknown[] {
  return Object.entries(table).flatMap(([name, [right]]) => (name.includes('.') ? [] : [right]));
}

/** Each argument and option with each value that is wrong for it. */
export function wrongCalls(table: Arguments): WrongCall[] {
  const right = rightArguments(table);
  const positions = Object.keys(table).filter((name) => !name.includes('.'));
  return Object.entries(table).flatMap(([name, values]) => {
    const [argument, option] = name.split('.');
    const at = positions.indexOf(argument);
    const bag = right[at] as object;
    const fine = option === undefined || Object.hasOwn(bag, option) ? values : [undefined, ...values];
    const wrongHere = wrongs.filter((wrong) => !fine.some((other) => isSame(other, wrong)));
    return wrongHere.map((wrong) => ({
      shown: `${name}: ${shownOf(wrong)}`,
      given: right.with(at, option === undefined ? wrong : { ...bag, [option]: wrong }),
    }));
  });
}

function shownOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  return Number.isNaN(value) ? 'NaN' : (JSON.stringify(value) ?? 'undefined');
}

function isSame(a: unknown, b: unknown): boolean {
  return (
    Object.is(a, b) ||
    (typeof a === 'function' && typeof b === 'function') ||
    (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
  );
}

/** Runs a call as far as it takes to see that it begins: what it gives or throws. */
export async function outcomeOf(
  callee: unknown,
  given: readonly unknown[],
): Promise<{ readonly result?: unknown; readonly error?: unknown }> {
  try {
    const result = isClass(callee) ? new callee(...given) : (callee as (...given: unknown[]) => unknown)(...given);
    const { next } = (result ?? {}) as { next?: () => unknown };
    if (next !== undefined) await next.call(result);
    return { result: await result };
  } catch (error) {
    return { error };
  }
}

function isClass(callee: unknown): callee is new (...given: unknown[]) => unknown {
  return typeof callee === 'function' && Function.prototype.toString.call(callee).startsWith('class');
}

/** Ends threads. */
export function endUse(result: unknown): void {
  (result as { readonly close?: () => void } | undefined)?.close?.();
}
