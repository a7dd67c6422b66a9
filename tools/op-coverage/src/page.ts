import { kernelStatuses } from '@ctrflow/compiler';
import type { KernelStatus } from '@ctrflow/compiler';
import type { Coverage } from './all';
import type { Measured, Outcome } from './measure';
import { asyncNames, kernelNames } from './names';

/** Where the page lies. */
export const pageUrl = new URL('../../../docs/reference/compiler-coverage.md', import.meta.url);

const intro = `# What the compiler runs

Written by \`npm run coverage\`: do not edit. A test records every operation of tfjs-core and every layer of tfjs-layers, forward and gradient, runs the graphs in ONNX
Runtime, compares them with eager tfjs, and fails when this page is out of date or a kernel is neither lowered nor refused with a reason
(\`packages/compiler/src/record/refused-kernels.ts\`).

**compiled** runs in ONNX Runtime. **eager**: a model that uses it runs op by op, with one warning that names it. **none**: there is nothing to differentiate.`;

/** The page \`docs/reference/compiler-coverage.md\`. */
export function coveragePage({ ops, layers }: Coverage): string {
  const statuses = kernelStatuses();
  const kernels = kernelNames().map((name) => [code(name), shownStatus(statuses[name])]);
  const waiting = asyncNames().map(code).join(', ');
  return [
    intro,
    `## Layers of tfjs-layers\n\n${counted(layers)} The gradient is that of training, with respect to weights and inputs. Layers with several names\nare listed once.`,
    measuredTable('Layer', layers),
    `## Operations of tfjs-core\n\n${counted(ops)} Functions that wait for values of tensors cannot be recorded: ${waiting}.`,
    measuredTable('Operation', ops),
    '## Kernels\n\n**lowered** to ONNX; **expanded** into kernels that are; **constant**: computed while recording; **refused**.',
    table(['Kernel', 'What becomes of it'], kernels),
  ]
    .join('\n\n')
    .concat('\n');
}

function counted(measured: readonly Measured[]): string {
  const compiled = measured.filter(({ forward }) => forward.kind === 'compiled').length;
  return `${compiled} of ${measured.length} are compiled.`;
}

function measuredTable(first: string, measured: readonly Measured[]): string {
  const rows = measured.map(({ name, forward, open, gradient, kernels }) => [
    code(name),
    shown(forward),
    ...(open === undefined ? [] : [shown(open)]),
    shown(gradient),
    forward.kind === 'compiled' ? kernels.map(code).join(', ') : '',
  ]);
  const opens = measured.some(({ open }) => open !== undefined);
  return table([first, 'Forward', ...(opens ? ['Any batch size'] : []), 'Gradient', 'Kernels'], rows);
}

function shown({ kind, reason }: Outcome): string {
  return reason === undefined ? kind : `${kind}: ${reason}`;
}

function shownStatus(status: KernelStatus | undefined): string {
  if (status === undefined) return 'unknown';
  return status.kind === 'refused' ? `refused: ${status.reason}` : status.kind;
}

function code(name: string): string {
  return `\`${name}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const lines = [line(head), line(head.map(() => '---')), ...rows.map(line)];
  return `<!-- prettier-ignore-start -->\n\n${lines.join('\n')}\n\n<!-- prettier-ignore-end -->`;
}
