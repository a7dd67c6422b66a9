import type { ReportTable } from '@ctrflow/report';
import type { Profile } from '@ctrflow/training';
import { renderTable } from '../output/table';

/** What the time was spent on, as a table for people; phases that did not come up are left out. */
export function renderProfile(profile: Profile): string {
  const [phase, ...numbers] = header;
  const columns = [{ title: phase }, ...numbers.map((title) => ({ title, align: 'right' as const }))];
  return renderTable(columns, rowsOf(profile));
}

/** The same for the report. */
export function profileTable(profile: Profile): ReportTable {
  return { title: 'Where the time went', header, rows: rowsOf(profile) };
}

const header = ['phase', 'seconds', 'share'] as const;

function rowsOf({ seconds: total, phases }: Profile): string[][] {
  const row = (name: string, seconds: number, share: number): string[] => [name, seconds.toFixed(3), `${(100 * share).toFixed(1)} %`]; // prettier-ignore
  const used = phases.filter(({ seconds }) => seconds > 0);
  return [...used.map(({ phase, seconds, share }) => row(phase, seconds, share)), row('together', total, 1)];
}
