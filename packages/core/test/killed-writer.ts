/** A process that writes and is killed in the middle: `killed-writer.ts FOLDER`. Prints a line when everything is half done. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { folderKind, makeTemporaryFolder, temporaryName, writeFileAtomic, writeFolderAtomic } from '../src/node';

const [folder] = process.argv.slice(2);
const kind = folderKind('a model', 'model.json', 'model', () => []);
const forever = (): Promise<never> => new Promise(() => setInterval(() => undefined, 1000));
makeTemporaryFolder('data', folder);
await writeFolderAtomic(join(folder, 'moved'), kind, (into) =>
  writeFileAtomic(join(into, 'model.json'), '{"format":"model"}'),
);
await rename(join(folder, 'moved'), `${temporaryName(join(folder, 'moved'))}.old`); // between the two renames of an exchange
void writeFileAtomic(join(folder, 'scores.csv'), async (handle) => {
  await handle.write('half');
  await writeFolderAtomic(join(folder, 'model'), kind, async () => {
    console.log(process.pid);
    await forever();
  });
});
