import type { NewestResults } from './newest';
import { COMMAND, LOCKSTEP, PARITY, PASSES } from './html';
import { lockstepTable, parityCommands, parityTable } from './parity';
import { commitOf } from './speed';
import { bundleTable, notMeasured, passTable, peerIsFaster, requirementsTable, rooflineTable, scalingTable, skippedSides, speedTable } from './tables'; // prettier-ignore
import type { Table } from './tables';

/** The numbers of the page as Markdown. */
export function renderMarkdown(results: NewestResults): string {
  const { measurements, scalings, passes, bundles, parity, machine } = results;
  const commits = [...new Set([...measurements, ...scalings].map(commitOf))];
  const where =
    machine === undefined
      ? 'Nothing is measured yet.'
      : `${machine.cpu}, ${machine.cores} processors, ${machine.memoryGigabytes} GB, ${machine.platform}, Node ${machine.node}; commits ${commits.join(', ')}. A star marks times during which others were at work on the machine.`;
  const parts = [
    '# Benchmark tables',
    `Made by \`npm run -s bench -- page\` from the lines of JSON beside it; the plots are in [index.html](index.html), how it is measured in [tools/bench](../../tools/bench/README.md).`,
    where,
    ...part('Required figures', markdownTable(requirementsTable(measurements))),
    ...part('Where a peer is faster', bullets(peerIsFaster(measurements))),
    ...part('Speed', markdownTable(speedTable(measurements))),
    ...part('Training parity with FuxiCTR', explained(PARITY, markdownTable(parityTable(parity)))),
    ...part('In lock step with FuxiCTR', explained(LOCKSTEP, markdownTable(lockstepTable(parity)))),
    ...part('Commands of these comparisons', bullets(parityCommands(parity))),
    ...part('Distance from the roofline', markdownTable(rooflineTable(measurements))),
    ...part('Scaling', markdownTable(scalingTable(scalings))),
    ...part('What each pass is worth', explained(PASSES, markdownTable(passTable(passes)))),
    ...(bundles === undefined ? [] : part('Sizes of the published modules', bundles.skipped ?? markdownTable(bundleTable(bundles)))), // prettier-ignore
    ...part('Required and not measured here', bullets(notMeasured(measurements))),
    ...part('Sides that did not run', bullets(skippedSides(measurements))),
    ...part('How to repeat it', `\`\`\`sh\n${COMMAND.replaceAll(' && ', '\n')}\n\`\`\``),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** A heading with its text; nothing where there is no text. */
function part(title: string, text: string): string[] {
  return text === '' ? [] : [`## ${title}`, text];
}

/** A table below what it shows; nothing where there is no table. */
function explained(text: string, table: string): string {
  return table === '' ? '' : `${text}\n\n${table}`;
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${escaped(item)}`).join('\n');
}

function markdownTable({ header, rows }: Table): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

/** A text that Markdown shows as it is. */
function escaped(text: string): string {
  return text.replace(/[\\|*_<`[\]]/g, (sign) => `\\${sign}`).replaceAll('\n', ' ');
}
