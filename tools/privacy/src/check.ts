/**
 * Nothing is sent and nothing is left (`docs/reference/privacy.md`): trains for a minute and then uses the commands, as they are built, each in an empty home and temporary folder
 * under strace. Those that run a model do it once more with ONNX Runtime's telemetry left on: where that is not seen, the check is blind and fails.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { watch, whyNoStrace } from './watch';
import type { Seen } from './watch';

interface Use {
  readonly name: string;
  /** `own` is a name for what the command writes. */
  readonly args: (own: string) => readonly string[];
  /** Runs a model: once more with the telemetry on. */
  readonly model?: boolean;
  /** Ctrl-C after so many seconds; default: it ends by itself. */
  readonly seconds?: number;
}

/** ONNX Runtime opens its first socket some 10 seconds after its first session. */
const MINUTE = 60;
const train = (file: string, out: string, epochs: number): string[] => {
  const limits = ['--epochs', String(epochs), '--patience', String(epochs)];
  return ['train', file, '--label', 'click', '--model', 'fm', ...limits, '--out', out];
};
const rows = 'shop/interactions.csv';
const uses: readonly Use[] = [
  { name: 'datagen', args: () => ['datagen', '--rows', '20000', '--out', 'shop'] },
  { name: 'datagen, Parquet', args: () => ['datagen', '--rows', '2000', '--format', 'parquet', '--out', 'parquet'] },
  { name: 'train for a minute', args: (own) => train(rows, own, 1_000_000), model: true, seconds: MINUTE },
  { name: 'train on Parquet', args: () => train('parquet/interactions.parquet', 'run', 2) },
  { name: 'evaluate', args: () => ['evaluate', 'run', rows], model: true },
  { name: 'predict', args: (own) => ['predict', 'run', rows, '--out', `${own}.parquet`], model: true },
  { name: 'predict, JSON lines', args: (own) => ['predict', 'run', rows, '--out', `${own}.jsonl`] },
  { name: 'inspect', args: () => ['inspect', rows] },
  { name: 'export', args: (own) => ['export', 'run', '--inputs', 'raw', '--out', `${own}.onnx`] },
];

const root = resolve(import.meta.dirname, '../../..');
const bin = join(root, 'packages/cli/dist/bin.js');
if (!existsSync(bin)) throw new Error('privacy: expected packages/cli/dist/bin.js; npm run build');

const whyNot = whyNoStrace();
const strace = whyNot === undefined;
const folder = mkdtempSync(join(tmpdir(), 'ctrflow-privacy-'));
const failures: string[] = [];

async function run({ name, args, seconds }: Use, telemetry?: 'on'): Promise<Seen> {
  const own = `${name} ${telemetry ?? ''}`.trim().replaceAll(' ', '-');
  mkdirSync(join(folder, `of ${own}`));
  const options = { folder: join(folder, `of ${own}`), cwd: folder, strace, ...(telemetry && { telemetry }) };
  const seen = await watch([process.execPath, bin, ...args(own)], { ...options, ...(seconds && { seconds }) });
  const expected = seconds === undefined ? 0 : 130;
  if (seen.exitCode !== expected)
    failures.push(`${name}: exit code ${String(seen.exitCode)}, not ${expected}: ${seen.stderr.slice(-1000)}`);
  return seen;
}

async function check(use: Use): Promise<void> {
  const loud = use.model === true && process.platform === 'linux';
  const [{ sockets = [], files }, control] = await Promise.all([run(use), loud ? run(use, 'on') : undefined]);
  const counts = (of: readonly string[] | undefined, left: readonly string[]): string =>
    `${strace ? `${of?.length ?? 0} sockets, ` : ''}${left.length} files`;
  console.log(`${use.name}: ${counts(sockets, files)}${control === undefined ? '' : `; telemetry left on: ${counts(control.sockets, control.files)}`}`); // prettier-ignore
  for (const what of [...sockets.slice(0, 5), ...files]) failures.push(`${use.name}: ${what}`);
  if (control === undefined) return;
  const blind = [
    ...(control.files.some((file) => /deviceid$|mat-debug/.test(file)) ? [] : ['files']),
    ...(strace && use.seconds !== undefined && control.sockets?.length === 0 ? ['sockets'] : []),
  ];
  for (const what of blind) failures.push(`${use.name}: blind, the telemetry is on and no ${what} are seen`);
}

try {
  if (!strace) console.log(`ONLY FILES ARE CHECKED, no sockets: ${whyNot}`);
  for (const use of uses) await check(use);
} finally {
  rmSync(folder, { recursive: true });
}
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(failures.length === 0 ? 'nothing was sent, nothing was left' : `${failures.length} failures`);
process.exitCode = failures.length === 0 ? 0 : 1;
