/** WebAssembly code: bytes, nested as the expressions are. */
export type Code = number | readonly Code[];

/** Value types by their code in the binary format. */
export const type = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** A function of a module; its parameters and locals are numbered in one sequence. */
export interface WasmFunction {
  readonly name: string;
  readonly params: readonly number[];
  readonly locals: readonly number[];
  readonly body: Code;
}

/** Most pages of 64 KiB that a 32-bit memory can have: 4 GiB. */
export const MAX_PAGES = 65536;

/**
 * The bytes of a module that exports the functions and imports its memory as `env.memory`.
 *
 * @see https://webassembly.github.io/spec/core/binary/modules.html
 */
export function assembleModule(functions: readonly WasmFunction[], memory: { readonly shared: boolean }): Uint8Array {
  const types = functions.map(({ params }) => [0x60, vector(params), 0]);
  const limits = memory.shared ? [0x03, unsigned(0), unsigned(MAX_PAGES)] : [0x00, unsigned(0)];
  const module: Code = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, types),
    section(2, [[text('env'), text('memory'), 0x02, limits]]),
    section(3, functions.map((_, i) => unsigned(i))), // prettier-ignore
    section(7, functions.map(({ name }, i) => [text(name), 0x00, unsigned(i)])), // prettier-ignore
    section(10, functions.map(({ locals, body }) => sized([vector(locals.map((local) => [1, local])), body, 0x0b]))), // prettier-ignore
  ];
  return Uint8Array.from(flatten(module));
}

/** LEB128 of an unsigned number. */
export function unsigned(value: number): Code {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** LEB128 of a signed 32-bit number. */
export function signed(value: number): Code {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    if (rest >= -0x40 && rest < 0x40) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function section(id: number, entries: readonly Code[]): Code {
  return [id, sized(vector(entries))];
}

function vector(entries: readonly Code[]): Code {
  return [unsigned(entries.length), entries];
}

function sized(content: Code): Code {
  const bytes = flatten(content);
  return [unsigned(bytes.length), bytes];
}

function text(ascii: string): Code {
  return vector(Array.from(ascii, (letter) => letter.charCodeAt(0)));
}

function flatten(code: Code): number[] {
  const bytes: number[] = [];
  const visit = (part: Code): void => {
    if (typeof part === 'number') bytes.push(part);
    else part.forEach(visit);
  };
  visit(code);
  return bytes;
}
