import { packageOf } from './package-of';
import type { Fate, Trial } from './run-mutations';

/** One line: what became of a bug, and which test found it or what would have had to be found. */
export function describeTrial({ mutation: { of, file, find, replace }, fate, note, seconds }: Trial): string {
  const change = `${JSON.stringify(find)} -> ${JSON.stringify(replace)}`;
  const what = fate === 'killed' ? `${change}: ${note}` : `${file}: ${change}; ${note}`;
  return `${fate.padEnd(11)} ${of}: ${what} (${seconds.toFixed(1)} s)`;
}

/** Counts by package, as a table in Markdown. */
export function tableOf(trials: readonly Trial[]): string {
  const packages = [...new Set(trials.map(({ mutation }) => packageOf(mutation)))];
  const row = (name: string, own: readonly Trial[]): string => {
    const count = (fate: Fate): number => own.filter((trial) => trial.fate === fate).length;
    const share = ((100 * count('killed')) / own.length).toFixed(1);
    return `| ${name} | ${own.length} | ${count('killed')} | ${count('survived')} | ${count('not planted')} | ${share} % |`;
  };
  const rows = packages.map((name) => row(name, trials.filter(({ mutation }) => packageOf(mutation) === name))); // prettier-ignore
  const all = packages.length > 1 ? [row('all', trials)] : [];
  return ['| package | planted | killed | survived | not planted | killed of all |', '| --- | ---: | ---: | ---: | ---: | ---: |', ...rows, ...all].join('\n'); // prettier-ignore
}
