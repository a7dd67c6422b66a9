import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { DataError, expected, suggest } from '@ctrflow/core';
import yauzl from 'yauzl';

/**
 * Unpacks a member of an archive into a folder; one that is alone needs no name.
 *
 * @throws DataError for an archive or a member that is damaged, encrypted, or not there
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
    const target = join(folder, basename(entry.fileName));
    await extract(archive, entry, target).catch((error: unknown) => {
      throw damaged(`${path}:${entry.fileName}`, error, 'a member that can be unpacked, got one that cannot');
    });
    return target;
  } finally {
    archive.close();
  }
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
