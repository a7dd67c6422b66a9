import { variantWithout, withoutNames } from '../engines';
import { measure } from '../harness';
import type { BenchOptions } from '../harness';
import { alignColumns } from '../table';
import { ownSide } from '../workload';
import type { Workload } from '../workload';
import { gainsOf } from './pass-gains';
import type { PassGains } from './pass-gains';

/** Times the compiled engine of a workload beside the same engine without each pass, all in turn. */
export async function measurePasses(workload: Workload, options: BenchOptions): Promise<PassGains> {
  const sides = withoutNames.map((name) => ownSide(variantWithout(name), variantWithout(name)));
  const measured = await measure({ ...workload, peers: { passes: sides } }, { ...options, variant: 'compiled', peer: 'all' }); // prettier-ignore
  return { kind: 'passes', ...measured };
}

/** What each pass is worth, for people. */
export function renderPassGains(line: PassGains): string {
  const { milliseconds, nodes, gains } = gainsOf(line);
  const rows = gains.map(({ pass, factor, nodes: without }) => [pass, `${factor.toFixed(2)} x`, String(without)]);
  const head = `${line.workload}: ${milliseconds.toPrecision(3)} ms a step, ${nodes} nodes with all passes`;
  return [head, ...alignColumns([['without', 'time', 'nodes'], ...rows])].join('\n');
}
