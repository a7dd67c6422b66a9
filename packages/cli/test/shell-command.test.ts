import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { shellCommand } from '../src/output/shell-command';
import { runMain } from './run-main';

const root = mkdtempSync(join(tmpdir(), 'ctrflow shell\'s "$HOME" `x` *-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** The words that a shell makes of a command line. */
function wordsOf(command: string): string[] {
  return execFileSync('sh', ['-c', String.raw`printf '%s\0' ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

/** What follows `before` in a text, up to the end of the line, as a shell reads it. */
function printedCommand(text: string, before: string): string[] {
  const line = text.split('\n').find((candidate) => candidate.includes(before)) ?? '';
  return wordsOf(line.slice(line.indexOf(before) + before.length)).slice(1); // without `ctrflow`
}

test
  .skipIf(process.platform === 'win32')
  .each([
    [['a b', "it's", '"x"', '$HOME', '`id`', '!', '*', '~', '', ';', '#', '\\', 'ä', '-x', 'a\tb', '(', '&']],
    [['runs/deepfm', 'a=b', 'k:v', '1,2', 'x@y', '50%', '+']],
  ])('a shell reads %j as it was', (words) => {
  expect(wordsOf(shellCommand(words))).toEqual(words);
});

test('plain words stay as they are', () => {
  expect(shellCommand(['ctrflow', 'train', 'runs/a-b_c.csv', '--split', 'by=time,valid=0.1'])).toBe(
    'ctrflow train runs/a-b_c.csv --split by=time,valid=0.1',
  );
});

test.skipIf(process.platform === 'win32')('the commands that are printed work in any folder', async () => {
  const out = join(root, 'demo');
  const demo = await runMain(['demo', '--rows', '1000', '--out', out]);
  expect(demo.code, demo.err).toBe(0);
  expect(existsSync(join(out, 'report.html'))).toBe(true);
  const steps = printedCommand(demo.err, '$ ');
  expect(steps).toEqual(['datagen', '--preset', 'shop-v1', '--rows', '1000', '--out', join(out, 'shop')]);

  const shop = join(root, 'shop');
  const generated = await runMain(['datagen', '--rows', '300', '--out', shop, '--quiet']);
  const next = printedCommand(generated.out, 'train on it: ');
  expect(next).toEqual(['train', join(shop, 'interactions.csv'), '--schema', join(shop, 'schema.json'), '--model', 'deepfm']); // prettier-ignore

  const run = join(root, 'run');
  const argv = [...next.slice(0, -1), 'lr', '--epochs', '2', '--batch-size', '32', '--out', run];
  const broken = await runMain(argv, { onListen: (interrupt) => void setImmediate(interrupt) });
  expect(broken.code, broken.err).toBe(130);
  const resume = printedCommand(broken.err, 'Go on with: ');
  expect(resume).toEqual(['train', '--config', join(run, 'options.yaml'), '--resume']);
  const unfinished = await runMain(['evaluate', run, join(shop, 'interactions.csv')]);
  expect(printedCommand(unfinished.err, 'finish it: ')).toEqual(resume);
  const resumed = await runMain(resume);
  expect(resumed.code, resumed.err).toBe(0);

  const report = readFileSync(join(run, 'report.html'), 'utf8');
  const escaped = /<code>(ctrflow.*?)<\/code>/s.exec(report)?.[1] ?? '';
  const repeat = escaped.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'); // prettier-ignore
  const words = wordsOf(repeat);
  expect(words).toEqual(['ctrflow', 'train', '--config', join(run, 'options.yaml'), '--out', 'ANOTHER-FOLDER']);
  const again = await runMain([...words.slice(1, -1), join(root, 'again'), '--quiet']);
  expect(again.code, again.err).toBe(0);
});
