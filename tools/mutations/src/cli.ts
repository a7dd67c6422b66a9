import { parseArgs } from 'node:util';
import { catalogue } from './catalogue/index';
import { packageOf } from './package-of';
import { runMutations } from './run-mutations';
import { describeTrial, tableOf } from './table';

// npm run -s mutations -- --package features,metrics --jobs 2
// npm run -s mutations -- --of Tanh
const { values } = parseArgs({
  options: { of: { type: 'string' }, package: { type: 'string' }, jobs: { type: 'string', default: '2' } },
});
const isOneOf = (names: string | undefined, name: string): boolean =>
  names === undefined || names.split(',').includes(name);
const chosen = catalogue.filter((bug) => isOneOf(values.of, bug.of) && isOneOf(values.package, packageOf(bug)));
if (chosen.length === 0) {
  const [packages, parts] = [packageOf, ({ of }: (typeof catalogue)[number]) => of].map((nameOf) =>
    [...new Set(catalogue.map(nameOf))].join(', '),
  );
  throw new Error(`mutations: expected --package one of ${packages}, and --of one of ${parts}`);
}

const trials = await runMutations(chosen, {
  jobs: Number(values.jobs),
  onTrial: (trial) => {
    console.log(describeTrial(trial));
  },
});
console.log(tableOf(trials));
process.exitCode = trials.every(({ fate }) => fate === 'killed') ? 0 : 1;
