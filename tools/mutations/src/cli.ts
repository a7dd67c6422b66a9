import { parseArgs } from 'node:util';
import { catalogue } from './catalogue/index';
import { runMutations } from './run-mutations';

// npm run -s mutations -- --of Tanh --jobs 2
const { values } = parseArgs({ options: { of: { type: 'string' }, jobs: { type: 'string', default: '2' } } });
const { of: wanted } = values;
const chosen = catalogue.filter(({ of }) => wanted === undefined || wanted.split(',').includes(of));
if (chosen.length === 0)
  throw new Error(`mutations: expected --of one of ${[...new Set(catalogue.map(({ of }) => of))].join(', ')}`);

const trials = await runMutations(chosen, {
  jobs: Number(values.jobs),
  onTrial: ({ mutation: { of, find, replace }, fate, seconds, note }) => {
    const change = `${JSON.stringify(find)} -> ${JSON.stringify(replace)}`;
    console.log(
      `${fate.padEnd(11)} ${of}: ${fate === 'killed' ? note : `${change}; ${note}`} (${seconds.toFixed(1)} s)`,
    );
  },
});
const count = (fate: string): number => trials.filter((trial) => trial.fate === fate).length;
console.log(`${trials.length} bugs planted: ${count('killed')} killed, ${count('survived')} survived, ${count('not planted')} not planted`); // prettier-ignore
process.exitCode = count('killed') === trials.length ? 0 : 1;
