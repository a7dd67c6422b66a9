import type { ReportTable } from '@ctrflow/report';

/** A table as Markdown. */
export function markdownTable({ header, rows }: Pick<ReportTable, 'header' | 'rows'>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('');
}
