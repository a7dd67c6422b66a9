import { describe, expect, it } from 'vitest';
import { createProgress } from '../src/output/progress';
import type { Io } from '../src/io';

function recorder(isTTY: boolean, env: Record<string, string> = {}) {
  let err = '';
  const io: Io = {
    out: { isTTY: false, columns: 80, write: () => undefined },
    err: { isTTY, columns: 80, write: (text) => void (err += text) },
    env,
    onInterrupt: () => () => undefined,
  };
  return { io, written: () => err };
}

describe('createProgress', () => {
  it('redraws one bar in place on a terminal, with the time that is left', () => {
    const { io, written } = recorder(true, { NO_COLOR: '1' });
    let now = 1000;
    const progress = createProgress(io, { now: () => now });
    progress.update({ label: 'train', done: 0, total: 40 });
    now += 3000;
    progress.update({ label: 'train', done: 30, total: 40, note: 'loss 0.5' });
    const last = written().split('\r\u001b[K').at(-1);
    expect(last).toBe('train  [#####################-------]  75%  loss 0.5  ETA 1.0 s');
    progress.clear();
    expect(written().endsWith('\r\u001b[K')).toBe(true);
  });

  it('draws at most ten frames a second', () => {
    const { io, written } = recorder(true);
    let now = 1000;
    const progress = createProgress(io, { now: () => now });
    for (let i = 0; i < 1000; i++, now += 1) progress.update({ label: 'train', done: i, total: 1000 });
    expect(written().split('\r').length).toBeLessThanOrEqual(11);
  });

  it('prints a line now and then where nobody watches, and nothing for a short stage', () => {
    const { io, written } = recorder(false);
    let now = 0;
    const progress = createProgress(io, { now: () => now });
    for (let i = 0; i <= 40; i++, now += 1000) progress.update({ label: 'read', done: i, total: 40 });
    progress.update({ label: 'test', done: 1, total: 1 });
    const lines = written().trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.startsWith('read  ['))).toBe(true);
    expect(written()).not.toContain('\u001b');
  });

  it('is silent when asked to, except for what is logged', () => {
    const { io, written } = recorder(true);
    const progress = createProgress(io, { quiet: true });
    progress.update({ label: 'train', done: 1, total: 2 });
    progress.log('done');
    expect(written()).toBe('done\n');
  });
});
