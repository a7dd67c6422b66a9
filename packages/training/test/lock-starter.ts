/**
 * A process that takes locks when it is told to: a line `take FOLDER` is answered with `held` or the error, `give` with `given`; `loop FOLDER N` takes and gives back N times and
 * answers `done`, or `broken` when another process was inside at the same time.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lockFolder } from '../src/node/lock';

let unlock: (() => Promise<void>) | undefined;

async function take(folder: string): Promise<string> {
  try {
    unlock = await lockFolder(folder);
    return 'held';
  } catch (error) {
    return (error as Error).message;
  }
}

async function loop(folder: string, times: number): Promise<string> {
  const inside = join(folder, 'inside');
  for (let done = 0; done < times;) {
    if ((await take(folder)) !== 'held') continue;
    try {
      await writeFile(inside, '', { flag: 'wx' });
    } catch {
      return 'broken';
    }
    await rm(inside);
    await unlock?.();
    done++;
  }
  return 'done';
}

console.log('ready');
for await (const line of createInterface(process.stdin)) {
  const [command, folder, times] = line.split(' ');
  if (command === 'take') console.log(await take(folder));
  else if (command === 'loop') console.log(await loop(folder, Number(times)));
  else {
    await unlock?.();
    console.log('given');
  }
}
