/** Runs no cases: by their seed it answers, finds something, dies, or says nothing for ever. */
import type { CaseName } from '../src/worker';

process.on('message', ({ seed }: CaseName) => {
  if (seed % 4 === 0) process.send?.({ kind: 'ended', outcome: { kind: 'finished', did: 'all' } });
  if (seed % 4 === 1) process.send?.({ kind: 'finding', what: 'two and two are five', smallest: '2' });
  if (seed % 4 === 2) process.kill(process.pid, 'SIGSEGV');
});
