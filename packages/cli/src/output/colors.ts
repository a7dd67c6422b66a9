import { styleText } from 'node:util';
import type { Io, Output } from '../io';

/** Marks a piece of text, or leaves it as it is where colours are not wanted. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string) => string;

/** Colours on a terminal only, and never with `NO_COLOR` set (see no-color.org). */
export function paintFor(output: Output, env: Io['env']): Paint {
  const wanted = output.isTTY && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return (style, text) => (wanted ? styleText(style, text) : text);
}
