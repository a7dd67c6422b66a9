/** A small file that trains: label, a category, a number, a time; 60 rows of both labels. */
export function clicksCsv(change: (lines: string[]) => string[] = (lines) => lines): string {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const day = String(1 + (i % 28)).padStart(2, '0');
    return `${i % 3 === 0 ? 1 : 0},c${i % 5},${20 + i},u${i % 7},2024-01-${day} 12:00:00`;
  });
  return `${change(['click,city,age,user,at', ...rows]).join('\n')}\n`;
}

/** The same with line `line` (1-based, the header is 1) replaced. */
export function withLine(line: number, content: string): string {
  return clicksCsv((lines) => lines.map((old, i) => (i + 1 === line ? content : old)));
}

/** The arguments of a training on `{dir}/clicks.csv` that takes a moment. */
export const trainArguments: readonly string[] = [
  'train',
  '{dir}/clicks.csv',
  ...['--label', 'click', '--model', 'lr', '--out', '{dir}/out', '--epochs', '1', '--quiet'],
];
