import { isCtrflowError } from '@ctrflow/core';

/** How a case ended when nothing is wrong: all that it asked for was done, or it was refused with one of ctrflow's errors. */
export type Outcome =
  { readonly kind: 'finished'; readonly did: string } | { readonly kind: 'refused'; readonly why: string };

/** Something that must not be: an error that is none of ours, or a result that another way of computing it contradicts. */
export class Finding extends Error {
  override readonly name = 'Finding';
}

/** The one form of every message: `who: expected ..., got ...`. */
const form = /: expected [^]+, got[ :]/;

/** An error of the user's input, in its form; anything else is a finding. */
export function refusalOf(error: unknown): Outcome {
  if (error instanceof Finding) throw error;
  if (!isCtrflowError(error))
    throw new Finding(`an error that is none of ctrflow's: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, { cause: error }); // prettier-ignore
  if (!form.test(error.message)) throw new Finding(`a message without its form: ${error.name}: ${error.message}`);
  return { kind: 'refused', why: `${error.name}: ${error.message}` };
}
