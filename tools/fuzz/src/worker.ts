import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enableProdMode } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { Finding } from './outcome';
import type { Outcome } from './outcome';
import { runners } from './runners';
import type { RunnerName } from './runners';

/** A case by name: which runner, and the seed that it is drawn from. */
export interface CaseName {
  readonly runner: RunnerName;
  readonly seed: number;
}

/** What the worker says of a case; a finding comes with the smallest case that was found to fail. */
export type Report =
  | { readonly kind: 'ended'; readonly outcome: Outcome }
  | { readonly kind: 'finding'; readonly what: string; readonly smallest: string };

/** How long a failing case may be made smaller. */
const SHRINK_MILLISECONDS = 20_000;

// A process of its own: a crash or a hang of a case is seen by the process that sent it.
enableProdMode();
process.on('message', (name: CaseName) => {
  void reportOf(name).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit());

async function reportOf({ runner, seed }: CaseName): Promise<Report> {
  const { cases, run } = runners[runner];
  const attempt = async (drawn: unknown): Promise<Outcome> => {
    const folder = await mkdtemp(join(tmpdir(), 'ctrflow-fuzz-'));
    try {
      return await run(drawn, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  const parameters = { seed, numRuns: 1, endOnFailure: true };
  let ended: Outcome | undefined;
  const property = fc.asyncProperty(cases, async (drawn) => {
    ended = await attempt(drawn);
  });
  const first = await fc.check(property, parameters);
  if (!first.failed && ended !== undefined) return { kind: 'ended', outcome: ended };
  const shrunk = await fc.check(property, {
    ...parameters,
    endOnFailure: false,
    interruptAfterTimeLimit: SHRINK_MILLISECONDS,
  });
  const { errorInstance, counterexample } = shrunk.failed && shrunk.counterexample !== null ? shrunk : first;
  const what = errorInstance instanceof Finding ? errorInstance.message : String((errorInstance as Error).stack);
  return { kind: 'finding', what, smallest: JSON.stringify(counterexample?.[0]) };
} // prettier-ignore
