import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomKey, uniformAt } from '@ctrflow/core';

const worker = join(import.meta.dirname, 'kill-worker.ts');

/** Runs the training in a process; kills it after `milliseconds`, counted from when the run folder is there. True when it came to its end. */
function train(folder: string, milliseconds?: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=@ctrflow/source', '--import=tsx', worker, folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, errors] = ['', ''];
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    const timer = milliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(out.includes('done'));
      else if (signal === 'SIGKILL') resolve(false);
      else reject(new Error(errors));
    });
  });
}

/** Digests of everything that a training leaves: final model, metrics lines, best weights. */
async function digest(folder: string): Promise<Record<string, string>> {
  const best = (await readdir(join(folder, 'checkpoints')))
    .filter((name) => name.startsWith('best-'))
    .sort()
    .at(-1);
  const files = ['model/weights.safetensors', 'model/model.json', 'metrics.jsonl', `checkpoints/${best ?? ''}`];
  const entries = files.map(async (file) => {
    const content = await readFile(join(folder, file));
    return [file, createHash('sha256').update(content).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Kills one training after another at `numKills` random moments and compares how it ends with one that ran through. */
export async function killAndResume(numKills: number): Promise<{ wanted: unknown; got: unknown; kills: number }> {
  const root = await mkdtemp(join(tmpdir(), 'ctrflow-kill-'));
  try {
    const started = performance.now();
    await train(join(root, 'whole'));
    const whole = performance.now() - started;
    const wanted = await digest(join(root, 'whole'));
    let kills = 0;
    for (let round = 0; kills < numKills; round++) {
      const folder = join(root, `killed-${round}`);
      for (;;) {
        const moment = whole * (0.4 + 0.6 * uniformAt(randomKey('kill'), kills + 1000 * round));
        if (kills < numKills && !(await train(folder, moment))) kills++;
        else if (await train(folder)) break;
      }
      const got = await digest(folder);
      if (JSON.stringify(got) !== JSON.stringify(wanted)) return { wanted, got, kills };
    }
    return { wanted, got: wanted, kills };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
