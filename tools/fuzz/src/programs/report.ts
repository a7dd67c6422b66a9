import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { enableProdMode, setBackend } from '@tensorflow/tfjs-core';
import { repairGradients } from '@ctrflow/compiler';
import { programSource } from '@ctrflow/testkit';
import { fuzz } from './fuzz';

/** Fuzzes the compiler and prints what is found; returns the number of findings. */
export async function fuzzPrograms(seed: number, goesOn: () => boolean): Promise<number> {
  enableProdMode();
  await setBackend('cpu');
  repairGradients();
  const { counts, findings } = await fuzz({
    seed,
    goesOn,
    onFinding: ({ seed: name, program, what }) => {
      console.log(`// ${name}: ${what}\n${programSource(program)}\n`);
    },
  });
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.log(`${total} programs from seed ${seed}: ${JSON.stringify(counts)}`);
  return findings.length;
}
