import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { parseArgs } from 'node:util';
import { enableProdMode, setBackend } from '@tensorflow/tfjs-core';
import { repairGradients } from '@ctrflow/compiler';
import { programSource } from '@ctrflow/testkit';
import { fuzz } from './fuzz';

// npm run -s fuzz -- --minutes 10 --seed 7
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error('fuzz: expected --minutes above 0 and a whole --seed');

enableProdMode();
await setBackend('cpu');
repairGradients();
const started = Date.now();
const { counts, findings } = await fuzz({
  seed,
  goesOn: (numPrograms) => {
    if (numPrograms > 0 && numPrograms % 500 === 0) console.error(`${numPrograms} programs, ${Math.round((Date.now() - started) / 1000)} s`); // prettier-ignore
    return Date.now() - started < minutes * 60_000;
  },
  onFinding: ({ seed: name, program, what }) => {
    console.log(`// ${name}: ${what}\n${programSource(program)}\n`);
  },
});
const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
console.log(`${total} programs in ${minutes} minutes from seed ${seed}: ${JSON.stringify(counts)}`);
process.exitCode = findings.length === 0 ? 0 : 1;
