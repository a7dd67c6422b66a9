/** A device that is full: exit code 7, what to do, and the file that stood there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasSmallDevices, onSmallDevice } from '@ctrflow/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { runMain } from './run-main';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-full-'));
const device = mkdtempSync(join(tmpdir(), 'ctrflow-full-device-'));
afterAll(() => {
  for (const folder of [root, device]) rmSync(folder, { recursive: true });
});

describe.skipIf(!hasSmallDevices())('where user namespaces let a test have a small device', () => {
  // Planted bugs that this fails for: an error of export's own in place of the system's, a model that is written in place.
  test('an export that does not fit leaves the model that stood there', { timeout: 60_000 }, async () => {
    const [csv, run] = [join(root, 'in.csv'), join(root, 'run')];
    const lines = Array.from({ length: 60 }, (_, i) => `u${i % 9},${i % 2}`);
    writeFileSync(csv, `user,click\n${lines.join('\n')}\n`);
    const options = ['--label', 'click', '--model', 'lr', '--split', 'by=none', '--epochs', '1', '--out', run];
    expect(await runMain(['train', csv, ...options])).toMatchObject({ code: 0 });
    const { first, second, names, same } = onSmallDevice(
      device,
      1,
      `
      import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
      const { runMain } = await import(${JSON.stringify(join(import.meta.dirname, 'run-main.ts'))});
      const device = ${JSON.stringify(device)};
      const path = device + '/model.onnx';
      const written = () => runMain(['export', ${JSON.stringify(run)}, '--out', path]);
      const first = await written();
      const before = readFileSync(path, 'latin1');
      try { writeFileSync(device + '/fill', Buffer.alloc(2 ** 21)); } catch {}
      const second = await written();
      const same = readFileSync(path, 'latin1') === before;
      console.log(JSON.stringify({ first, second, names: readdirSync(device).sort(), same }));`,
    ) as Record<string, unknown>;
    expect(first).toMatchObject({ code: 0 });
    expect(second).toEqual({
      code: 7,
      out: '',
      err: expect.stringMatching(/^error ENOSPC: no space left on device, write; the device is full: free some space or choose another folder\n$/) as unknown,
    }); // prettier-ignore
    expect({ names, same }).toEqual({ names: ['fill', 'model.onnx'], same: true });
  });
});
