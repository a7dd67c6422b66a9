/** `11.3`, `3,520`: three digits, and all digits before the point. */
export function number(value: number | undefined): string {
  if (value === undefined) return '–';
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

/** `1.34`. */
export function ratio(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}

/** `34 %`. */
export function percent(value: number): string {
  return `${Math.round(100 * value)} %`;
}
