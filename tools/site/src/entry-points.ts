import { join } from 'node:path';
import { publishedPackages } from '../../release/src/packages';

/** A module of the site: an entry of a published package. */
export interface EntryPoint {
  /** As it is imported: `@ctrflow/training`, `@ctrflow/training/node`. */
  readonly name: string;
  readonly path: string;
}

/** Every entry of every published package, from its sources. */
export function entryPoints(): EntryPoint[] {
  return publishedPackages().flatMap(({ folder, json }) =>
    Object.entries(json.exports).flatMap(([entry, conditions]) => {
      const source = typeof conditions === 'string' ? undefined : conditions['@ctrflow/source'];
      return typeof source === 'string' ? [{ name: json.name + entry.slice(1), path: join(folder, source) }] : [];
    }),
  );
}
