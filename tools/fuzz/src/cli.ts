import { parseArgs } from 'node:util';
import { fuzzPrograms } from './programs/report';
import { runners } from './runners';
import type { RunnerName } from './runners';
import { fuzzUser } from './supervise';

// npm run -s fuzz -- --of tables,files --minutes 10 --seed 7
// npm run -s fuzz -- --of programs --minutes 10 --seed 7
const userSide = Object.keys(runners) as RunnerName[];
const { values } = parseArgs({
  options: {
    of: { type: 'string', default: userSide.join(',') },
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error('fuzz: expected --minutes above 0 and a whole --seed');
const chosen = values.of.split(',');
const until = Date.now() + minutes * 60_000;
const inTime = (): boolean => Date.now() < until;

if (values.of === 'programs') process.exitCode = (await fuzzPrograms(seed, inTime)) === 0 ? 0 : 1;
else {
  const unknown = chosen.find((name) => !(userSide as string[]).includes(name));
  if (unknown !== undefined) throw new Error(`fuzz: expected --of programs, or some of ${userSide.join(', ')}; got ${unknown}`); // prettier-ignore
  const { counts, findings } = await fuzzUser({
    runners: chosen as RunnerName[],
    seed,
    goesOn: inTime,
    onFinding: ({ runner, seed: at, what, smallest }) => {
      console.log(`${runner} ${at}: ${what}\n  ${smallest ?? ''}\n`);
    },
    onCase: ({ runner, seed: at }, report) => {
      if (values.verbose) console.error(`${runner} ${at}: ${JSON.stringify(report)}`);
    },
  });
  console.log(`${values.of}, ${minutes} minutes from seed ${seed}: ${JSON.stringify(counts)}`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
