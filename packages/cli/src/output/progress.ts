import type { Io } from '../io';
import { paintFor } from './colors';
import { formatSeconds } from './format';

/** What a bar shows. */
export interface BarState {
  readonly label: string;
  readonly done: number;
  /** Unknown totals show a count instead of a bar. */
  readonly total?: number;
  /** What stands behind the bar, such as `loss 0.4312`. */
  readonly note?: string;
}

/** Progress on stderr: one bar redrawn in place on a terminal; elsewhere a line now and then. */
export interface Progress {
  update(state: BarState): void;
  /** Prints a line that stays, above the bar. */
  log(text: string): void;
  /** Removes the bar. */
  clear(): void;
}

const FRAME_MILLISECONDS = 100;
const LINE_MILLISECONDS = 15_000;
const BAR_WIDTH = 28;

/** Options of {@link createProgress}. */
export interface ProgressOptions {
  /** Prints nothing but what is logged. Default false. */
  readonly quiet?: boolean;
  /** The clock, in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

/** Starts showing progress. */
export function createProgress(io: Io, { quiet = false, now = Date.now }: ProgressOptions = {}): Progress {
  const { err } = io;
  const paint = paintFor(err, io.env);
  const interval = err.isTTY ? FRAME_MILLISECONDS : LINE_MILLISECONDS;
  let label: string | undefined;
  let started = 0;
  let shown = 0;
  let drawn = false;

  const clear = (): void => {
    if (drawn) err.write('\r\u001b[K');
    drawn = false;
  };
  return {
    update(state) {
      const time = now();
      if (state.label !== label) {
        label = state.label;
        started = time;
        shown = err.isTTY ? 0 : time; // a short stage prints no line at all
      }
      if (quiet || time - shown < interval) return;
      shown = time;
      const text = describe(state, (time - started) / 1000);
      if (!err.isTTY) {
        err.write(`${text}\n`);
        return;
      }
      clear();
      err.write(paint('cyan', text.slice(0, err.columns - 1)));
      drawn = true;
    },
    log(text) {
      clear();
      err.write(`${text}\n`);
    },
    clear,
  };
}

/** `train 2/10  [######----]  43%  loss 0.4312  ETA 12 s`. */
function describe({ label, done, total, note }: BarState, seconds: number): string {
  const parts = [label];
  if (total === undefined || total === 0) {
    parts.push(done.toLocaleString('en-US'));
  } else {
    const share = Math.min(1, done / total);
    const filled = Math.round(share * BAR_WIDTH);
    parts.push(`[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`, `${Math.floor(share * 100)}%`);
  }
  if (note !== undefined) parts.push(note);
  if (total !== undefined && done > 0 && done < total)
    parts.push(`ETA ${formatSeconds((seconds * (total - done)) / done)}`);
  return parts.join('  ');
}
