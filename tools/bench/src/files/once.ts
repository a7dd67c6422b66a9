import { existsSync } from 'node:fs';
import { writeFileAtomic } from '@ctrflow/core/node';

/** Makes a file unless it is there: an array, or lines as they come. */
export async function once(path: string, make: () => Float32Array | Iterable<string>): Promise<void> {
  if (existsSync(path)) return;
  const content = make();
  await writeFileAtomic(path, async (handle) => {
    if (content instanceof Float32Array) await handle.writeFile(new Uint8Array(content.buffer));
    else for (const text of content) await handle.writeFile(text);
  });
}
