import { crc32, deflateRawSync } from 'node:zlib';

/** A member of an archive, and what is wrong with it. */
export interface Member {
  readonly name: string;
  readonly content: Buffer;
  /** Another checksum than that of the content. */
  readonly checksum?: number;
  readonly encrypted?: boolean;
  /** Another size than that of the content. */
  readonly size?: number;
  /** 8 is deflate. */
  readonly method?: number;
}

/** A zip archive of deflated members (APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16). */
export function zip(members: readonly Member[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const {
    name,
    content,
    checksum = crc32(content),
    encrypted = false,
    method = 8,
    size = content.length,
  } of members) {
    const packed = deflateRawSync(content);
    // version, flags, method, time and date, checksum, sizes, lengths of the name and of the extra field: alike in both headers
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted ? 1 : 0, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(checksum, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, tail, Buffer.from(name));
    files.push(file);
    offset += file.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}
