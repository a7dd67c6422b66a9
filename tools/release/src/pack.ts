import { join } from 'node:path';
import { npm } from './npm';
import { stage } from './stage';
import type { PublishedPackage } from './packages';

/** Stages a package and packs it into `folder`; returns the path of the tarball. */
export function pack(published: PublishedPackage, folder: string): string {
  stage(published);
  const output = npm(['pack', '--json', '--pack-destination', folder], published.staged, 'ignore');
  const result = JSON.parse(output) as readonly { filename: string }[] | Record<string, { filename: string }>;
  const [packed] = Object.values(result);
  if (packed === undefined) throw new Error(`npm pack printed nothing for ${published.name}`);
  return join(folder, packed.filename);
}
