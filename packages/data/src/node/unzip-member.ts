import { createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { DataError, expected, suggest } from '@ctrflow/core';
import yauzl from 'yauzl';

/**
 * Unpacks a member of an archive into a folder; one that is alone needs no name.
 *
 * @throws DataError for an archive or a member that is damaged, encrypted, too large, or not there
 */
export async function unzipMember(path: string, member: string | undefined, folder: string): Promise<string> {
  const archive = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, opened) => {
      if (error === null) resolve(opened);
      else reject(damaged(path, error));
    });
  });
  try {
    const all = await entriesOf(archive).catch((error: unknown) => {
      throw damaged(path, error);
    });
    const entries = all.filter(({ fileName }) => !/\/$|__MACOSX|\.DS_Store/.test(fileName));
    if (entries.length === 0) throw new DataError('source: expected a member, got an empty archive', { file: path });
    const names = entries.map(({ fileName }) => fileName);
    const entry =
      member === undefined && entries.length === 1 ? entries[0] : entries.find(({ fileName }) => fileName === member);
    if (entry === undefined) {
      const near = member === undefined ? undefined : suggest(member, names);
      const hint = near === undefined ? `write ${path}:MEMBER` : `did you mean "${near}"?`;
      throw new DataError(expected(path, `one of its members ${names.join(', ')}`, member ?? 'no member', hint));
    }
    await checkSize(entry, `${path}:${entry.fileName}`, folder);
    const target = join(folder, basename(entry.fileName));
    await extract(archive, entry, target).catch((error: unknown) => {
      throw damaged(`${path}:${entry.fileName}`, error, 'a member that can be unpacked, got one that cannot');
    });
    return target;
  } finally {
    archive.close();
  }
}

/** Members up to this size are unpacked whatever they were packed into. */
const ALWAYS_UNPACKED_BYTES = 2 ** 28;
/** Texts of numbers are packed into a hundredth at best; an archive made to fill disks goes far beyond. */
const MAX_RATIO = 100;
/** Share of the free space that a member may take. */
const SHARE_OF_FREE_SPACE = 0.8;

/** Bytes that a member may have. */
export function maxMemberBytes(packedBytes: number, freeBytes: number): number {
  return Math.min(Math.max(ALWAYS_UNPACKED_BYTES, MAX_RATIO * packedBytes), SHARE_OF_FREE_SPACE * freeBytes);
}

/** The size that the archive declares: yauzl stops where a member turns out to be larger. */
async function checkSize(entry: yauzl.Entry, file: string, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const most = maxMemberBytes(entry.compressedSize, bavail * bsize);
  if (entry.uncompressedSize <= most) return;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  const got = `${megabytes(entry.uncompressedSize)} (packed: ${megabytes(entry.compressedSize)})`;
  const hint = 'unpack it where there is room, and name the file';
  throw new DataError(expected('source', `a member of at most ${megabytes(most)}`, got, hint), { file });
}

/** Writes a member to a file, and compares its checksum: yauzl compares its length. */
async function extract(archive: yauzl.ZipFile, entry: yauzl.Entry, target: string): Promise<void> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    archive.openReadStream(entry, (error, opened) => {
      if (error === null) resolve(opened);
      else reject(error);
    });
  });
  let checksum = 0;
  const checked = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      checksum = crc32(chunk, checksum);
      done(null, chunk);
    },
  });
  await pipeline(stream, checked, createWriteStream(target));
  if (checksum >>> 0 !== entry.crc32 >>> 0) throw new Error('its checksum differs');
}

function damaged(file: string, error: unknown, wanted = 'a zip archive, got a damaged one'): DataError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DataError(`source: expected ${wanted} (${reason})`, { file }, { cause: error });
}

function entriesOf(archive: yauzl.ZipFile): Promise<yauzl.Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: yauzl.Entry[] = [];
    archive.on('entry', (entry: yauzl.Entry) => {
      entries.push(entry);
      archive.readEntry();
    });
    archive.on('end', () => {
      resolve(entries);
    });
    archive.on('error', reject);
    archive.readEntry();
  });
}
