import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ctrflow-telemetry-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What `run-once.ts` prints in an environment where only ctrflow can have turned the telemetry off: ONNX Runtime has none where it sees a CI. */
async function printed(where: 'main' | 'worker' | 'worker-env', ORT_DISABLE_TELEMETRY?: string): Promise<string> {
  const { PATH, SystemRoot } = process.env;
  const env = { PATH, SystemRoot, ORT_DISABLE_TELEMETRY, HOME: folder, TMPDIR: folder };
  const run = ['--conditions=@ctrflow/source', '--import=tsx', join(import.meta.dirname, 'run-once.ts'), where];
  const { stdout } = await promisify(execFile)(process.execPath, run, { env });
  return stdout.trim();
}

/** Without the cache of tsx. */
const leftBehind = (): string[] => readdirSync(folder).filter((name) => !/^(tsx-\d+|node-compile-cache)$/.test(name));

const REFUSED =
  'compiler: expected ORT_DISABLE_TELEMETRY in the environment of the process before a worker thread runs ONNX Runtime, got undefined; ' +
  'put process.env.ORT_DISABLE_TELEMETRY = "1" into the main thread, a worker cannot turn the telemetry off';

test('the telemetry of ONNX Runtime is off, in child processes as well, and it leaves no file', async () => {
  expect(await printed('main')).toBe('-2 1');
  expect(leftBehind()).toEqual([]);
});

// Shows that the test above could see it. Telemetry of this kind is built into the library for Linux and macOS.
test.runIf(process.platform === 'linux')('ORT_DISABLE_TELEMETRY=0 leaves it on', async () => {
  expect(await printed('main', '0')).toBe('-2 0');
  expect(leftBehind()).toContainEqual(expect.stringMatching(/^mat-debug-\d+\.log$/));
});

test('an empty ORT_DISABLE_TELEMETRY counts as none', async () => {
  expect(await printed('main', '')).toBe('-2 1');
});

test('a worker thread, which cannot turn the telemetry off, is refused unless the process has decided', async () => {
  expect(await printed('worker')).toBe(REFUSED);
  expect(leftBehind()).toEqual([]);
  expect(await printed('worker', '1')).toBe('-2 1');
  expect(leftBehind()).toEqual([]);
});

test("a worker's own environment does not count, as the library does not see it", async () => {
  expect(await printed('worker-env')).toBe(REFUSED);
  expect(leftBehind()).toEqual([]);
});
