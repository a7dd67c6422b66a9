import { SchemaError, checkText, expected } from '@ctrflow/core';
import type { TimeFormat, TimePartFieldSpec } from './spec';

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const PATTERN_TOKENS = ['YYYY', 'YY', 'MM', 'DD', 'HH', 'mm', 'ss'] as const;
type Token = (typeof PATTERN_TOKENS)[number];

/** Reads a time as milliseconds since 1970 in UTC; undefined when the text is no such time. */
export type TimeParser = (text: string) => number | undefined;

/**
 * The parser of a format.
 *
 * @throws SchemaError for a pattern without a year
 */
export function timeParser(format: TimeFormat = 'iso'): TimeParser {
  if (format === 'iso') return parseIso;
  if (format === 'unix-seconds') return (text) => parseUnix(text, 1000);
  if (format === 'unix-milliseconds') return (text) => parseUnix(text, 1);
  return patternParser(checkText('time format', 'the format', format));
}

/** The range of JavaScript's dates, about 270,000 years around 1970. */
const MAX_TIME = 8.64e15;

function parseUnix(text: string, factor: number): number | undefined {
  const time = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * factor : NaN;
  return Math.abs(time) <= MAX_TIME ? time : undefined;
}

function parseIso(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = match;
  const time = exactUtc(+year, +month, +day, +hour, +minute, +second);
  return time === undefined ? undefined : time + Math.floor(+fraction * 1000) - offsetOf(zone);
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = +zone.slice(1, 3) * 60 + +zone.slice(-2);
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** Refuses the 31st of June, which `Date.UTC` would move to July. */
function exactUtc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(time);
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return same ? time : undefined;
}

function patternParser(pattern: string): TimeParser {
  const tokens: Token[] = [];
  const source = pattern.replaceAll(/YYYY|YY|MM|DD|HH|mm|ss|[^]/g, (part) => {
    const token = PATTERN_TOKENS.find((name) => name === part);
    if (token === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    tokens.push(token);
    return String.raw`(\d{${part.length}})`;
  });
  if (!tokens.includes('YYYY') && !tokens.includes('YY')) {
    const what = 'iso, unix-seconds, unix-milliseconds or a pattern of YYYY YY MM DD HH mm ss with a year';
    throw new SchemaError(expected('time format', what, pattern));
  }
  const expression = new RegExp(`^${source}$`);
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return undefined;
    const part = (token: Token, missing: number): number => {
      const index = tokens.indexOf(token);
      return index < 0 ? missing : Number(match[index + 1]);
    };
    const year = part('YYYY', 2000 + part('YY', 0));
    return exactUtc(year, part('MM', 1), part('DD', 1), part('HH', 0), part('mm', 0), part('ss', 0));
  };
}

type TimePart = TimePartFieldSpec['part'];

/** How many values a part of a time has. */
export const timePartSizes: Readonly<Record<TimePart, number>> = {
  hour: 24,
  'day-of-week': 7,
  'day-of-month': 31,
  month: 12,
  'is-weekend': 2,
};

/** A part of a time in UTC, from 0: hours 0-23, days of the week from Sunday, days of the month and months from 0. */
export function timePart(milliseconds: number, part: TimePart): number {
  const date = new Date(milliseconds);
  switch (part) {
    case 'hour':
      return date.getUTCHours();
    case 'day-of-week':
      return date.getUTCDay();
    case 'day-of-month':
      return date.getUTCDate() - 1;
    case 'month':
      return date.getUTCMonth();
    case 'is-weekend':
      return date.getUTCDay() % 6 === 0 ? 1 : 0;
  }
}
