import { readFile, rm, writeFile } from 'node:fs/promises';
import fc from 'fast-check';

/** What happens to one file. Positions are shares of its length, so that a case means the same for every file. */
export type Damage =
  | { readonly kind: 'flip'; readonly at: readonly number[]; readonly bit: number }
  | { readonly kind: 'truncate' | 'duplicate'; readonly from: number; readonly to: number }
  | { readonly kind: 'insert' | 'overwrite'; readonly at: number; readonly bytes: readonly number[] }
  | { readonly kind: 'json'; readonly place: number; readonly value: unknown }
  | { readonly kind: 'empty' | 'delete' };

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
/** Lengths and counts that a header might claim: little-endian 32 and 64 bits. */
const hugeNumbers = [
  [255, 255, 255, 255],
  [255, 255, 255, 127],
  [0, 0, 0, 128],
  [255, 255, 255, 255, 255, 255, 255, 127],
  [0, 0, 0, 0],
];
const oddValues: readonly unknown[] = [null, -1, 1e308, 0, 1.5, '', 'x', '../../../etc/passwd', '/dev/zero', [], {}, true, [null], { __proto__: null, constructor: 1 }]; // prettier-ignore

/** Draws a damage. */
export const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.array(share, { minLength: 1, maxLength: 5 }), bit: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ kind: fc.constantFrom('truncate' as const, 'duplicate' as const), from: share, to: share }),
  fc.record({ kind: fc.constantFrom('insert' as const, 'overwrite' as const), at: fc.oneof(share, fc.constant(0)), bytes: fc.oneof(fc.constantFrom(...hugeNumbers), fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 9 })) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('json' as const), place: share, value: fc.constantFrom(...oddValues) }) },
  fc.record({ kind: fc.constantFrom('empty' as const, 'delete' as const) }),
); // prettier-ignore

/** Damages a file where it lies. Where it holds no JSON, damage to a JSON value flips a bit. */
export async function damageFile(path: string, damage: Damage): Promise<void> {
  if (damage.kind === 'delete') return rm(path);
  await writeFile(path, damaged(await readFile(path), damage));
}

function damaged(bytes: Buffer, damage: Damage): Uint8Array {
  const place = (at: number): number => Math.floor(at * bytes.length);
  switch (damage.kind) {
    case 'flip':
      return flipped(bytes, damage.at.map(place), damage.bit);
    case 'truncate':
      return bytes.subarray(0, place(damage.from));
    case 'duplicate': {
      const [from, to] = [damage.from, damage.to].map(place).sort((a, b) => a - b);
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
    }
    case 'insert':
      return Buffer.concat([bytes.subarray(0, place(damage.at)), Buffer.from(damage.bytes), bytes.subarray(place(damage.at))]); // prettier-ignore
    case 'overwrite': {
      const copy = Buffer.from(bytes);
      copy.set(damage.bytes.slice(0, bytes.length - place(damage.at)), place(damage.at));
      return copy;
    }
    case 'json':
      return withJsonValue(bytes, damage.place, damage.value) ?? flipped(bytes, [place(damage.place)], 0);
    case 'empty':
    case 'delete':
      return new Uint8Array();
  }
}

function flipped(bytes: Buffer, places: readonly number[], bit: number): Buffer {
  const copy = Buffer.from(bytes);
  for (const place of places) if (place < copy.length) copy[place] ^= 1 << bit;
  return copy;
}

/** The file with one value of its JSON in the place of another; undefined where the file is no JSON. */
function withJsonValue(bytes: Buffer, place: number, value: unknown): Buffer | undefined {
  const root = parsed(bytes);
  if (typeof root !== 'object' || root === null) return undefined;
  const holders: (readonly [object, string])[] = [];
  const visit = (holder: object): void => {
    for (const [key, inner] of Object.entries(holder)) {
      holders.push([holder, key]);
      if (typeof inner === 'object' && inner !== null) visit(inner as object);
    }
  };
  visit(root);
  if (holders.length === 0) return undefined;
  const [holder, key] = holders[Math.floor(place * holders.length)];
  Object.assign(holder, { [key]: value });
  return Buffer.from(JSON.stringify(root));
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
