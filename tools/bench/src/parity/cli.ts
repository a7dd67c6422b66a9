/** `npm run -s parity -- --train FILE --label COLUMN`: see the README. */
import { isCtrflowError } from '@ctrflow/core';
import { parseParityArguments } from './arguments';
import type { ParityRequest } from './arguments';
import { compareSides } from './compare-sides';
import { inStep, renderLockstep, runLockstep } from './lockstep';
import { parityModels } from './settings';
import { describeMachine } from '../machine';
import { record } from '../record';
import { commandLine, lockstepLine, parityLine } from './lines';
import type { LockstepLine, ParityLine, ParityLineHead } from './lines';
import { renderParity } from './table';

const usage = `Usage: npm run -s parity -- --train FILE [--valid FILE] [--test FILE] --label COLUMN [options]

Trains models on both sides, ours and FuxiCTR's, with the same features, settings, early stopping and rule of the learning rate, and compares their test AUC.

  --models A,B     of ${Object.keys(parityModels).join(', ')} (default deepfm,masknet)
  --seeds N        trainings of each side (default 5)
  --threads N      of each side (default 1)
  --out FOLDER     keeps finished trainings: the same command goes on where it stopped
  --peer NAME      fuxictr (default) or none
  --paired         both sides begin each seed with the same weights, ours, and see the rows in the same order: judged by the differences of single seeds; without dropout
  --lockstep N     in place of trainings: N steps from the same weights on one batch of all rows (--limit, default 5000), no dropout; exit code 1 when losses differ
  --json           one JSON object on stdout; progress goes to stderr
  --record         appends the result to docs/benchmarks/results/<commit>.jsonl, for the benchmark page; --name TEXT says there what the data are
Data:
  --positive A,B --drop-columns A,B --null-values A,B --names A,B --comment TEXT --limit N, or --schema FILE, all as for \`ctrflow train\`;
  without --valid and --test, 10 % of the rows each
Settings:
  --embedding-dim N (10)   --embedding-std-dev X (0.0001)   --hidden-units A,B,C (64,64,64)   --dropout X (0)   --batch-norm
  --learning-rate X (0.001)   --batch-size N (4096)   --clip-norm X (10)   --epochs N (100)   --patience N (2)   --constant-rate   --l2-embedding X (0)   --l2-net X (0)
  --block-units A,B,C (64,64,64) and --reduction-ratio X (2) of MaskNet   --attention-units A,B (64) of DIN
`;

async function run(argv: readonly string[]): Promise<void> {
  const request = parseParityArguments(argv);
  if (request === undefined) {
    process.stdout.write(usage);
    return;
  }
  const onProgress = (message: string): void => void process.stderr.write(`${message}\n`);
  if (request.lockstep !== undefined) {
    const result = await runLockstep(request, request.lockstep, onProgress);
    await show(request, lockstepLine(request, result, headOf(argv)), renderLockstep(result));
    process.exitCode = result.runs.every(inStep) ? 0 : 1;
    return;
  }
  const result = await compareSides(request, onProgress);
  await show(request, parityLine(request, result, headOf(argv)), renderParity(result));
}

/** When, where and how a result was made. */
function headOf(argv: readonly string[]): ParityLineHead {
  return { when: new Date().toISOString(), machine: describeMachine(), command: commandLine(argv) };
}

/** A result for people or as JSON, and into its file. */
async function show({ json, record: kept }: ParityRequest, line: ParityLine | LockstepLine, text: string): Promise<void> {
  process.stdout.write(json ? `${JSON.stringify(line)}\n` : text);
  if (kept) process.stderr.write(`recorded in ${await record(line)}\n`);
} // prettier-ignore

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!isCtrflowError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
