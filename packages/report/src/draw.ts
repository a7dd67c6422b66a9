import { emptyRecord } from '@ctrflow/core';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

interface OwnDocument {
  readonly document: NonNullable<Plot.PlotOptions['document']>;
}

/** What a plot measures where it does not say otherwise. */
export const SIZE = { width: 520, height: 320, marginLeft: 55, marginBottom: 40 };
const COLORS = ['var(--one)', 'var(--two)', 'var(--three)', 'var(--four)', 'var(--five)', 'var(--six)', 'var(--seven)', 'var(--eight)']; // prettier-ignore

/** Draws with Observable Plot on a document of its own; the page's colours are CSS variables, so that light and dark share a drawing. */
export function draw(options: Plot.PlotOptions, style: Readonly<Record<string, string>> = emptyRecord()): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>') as unknown as OwnDocument;
  const color = { range: COLORS, ...options.color };
  const drawn: { readonly outerHTML: string } = Plot.plot({
    ...SIZE,
    ...options,
    color,
    document: document,
    style: { background: 'none', color: 'inherit', ...style },
  });
  return drawn.outerHTML;
}

/** Most characters of a name beside an axis. */
const MAX_NAME = 20;

/** A name that fits beside an axis. */
export function shortened(name: string, longest = MAX_NAME): string {
  return name.length <= longest ? name : `${name.slice(0, longest - 1)}…`;
}
