import type { Code } from './assembler';
import { type } from './assembler';
import { f32x4, fourLanes, get, oneLane, set } from './instructions';
import type { Lanes } from './instructions';

/** A run of elements of a row that one instruction takes: four of them, or one of those left over at the end. */
export interface Piece {
  readonly lanes: Lanes;
  /** Byte offset of its first element. */
  readonly offset: number;
}

/** The pieces of a row of `dim` elements. */
export function pieces(dim: number): Piece[] {
  const fours = Math.floor(dim / 4);
  return [
    ...Array.from({ length: fours }, (_, i) => ({ lanes: fourLanes, offset: 16 * i })),
    ...Array.from({ length: dim % 4 }, (_, i) => ({ lanes: oneLane, offset: 16 * fours + 4 * i })),
  ];
}

const NUM_TEMPS = 6;

/** Numbers the parameters and locals of a kernel that updates rows, so that formulas name them. */
export class RowContext {
  readonly params: readonly number[];
  readonly locals: readonly number[];
  /** Locals: the addresses of the row and of its gradient. */
  readonly row: number;
  readonly gradient: number;
  readonly from: number;
  readonly to: number;
  private readonly numArrays: number;
  private readonly temps: number;
  private readonly splats: number;

  /** @param numArrays - addresses that come first; then `numScalars` float32, then `from` and `to` */
  constructor(
    readonly dim: number,
    numArrays: number,
    private readonly numScalars: number,
  ) {
    this.numArrays = numArrays;
    const repeat = (length: number, of: number): number[] => new Array<number>(length).fill(of);
    this.params = [...repeat(numArrays, type.i32), ...repeat(numScalars, type.f32), type.i32, type.i32];
    this.from = numArrays + numScalars;
    this.to = this.from + 1;
    this.row = this.to + 1;
    this.gradient = this.to + 2;
    this.temps = this.to + 3;
    this.splats = this.temps + 2 * NUM_TEMPS;
    this.locals = [
      ...repeat(2, type.i32),
      ...repeat(NUM_TEMPS, type.f32),
      ...repeat(NUM_TEMPS + numScalars, type.v128),
    ];
  }

  /** Spreads every scalar over four lanes, once a call. */
  prologue(): Code {
    return Array.from({ length: this.numScalars }, (_, i) =>
      set(this.splats + i, f32x4.splat(this.scalar(oneLane, i))),
    );
  }

  scalar(lanes: Lanes, i: number): Code {
    return get(lanes.width === 1 ? this.numArrays + i : this.splats + i);
  }

  temp(lanes: Lanes, i: number): number {
    return this.temps + (lanes.width === 1 ? i : NUM_TEMPS + i);
  }

  /** Loads from the section of the row that begins `section` elements after its start. */
  load({ lanes, offset }: Piece, section: number): Code {
    return lanes.load(get(this.row), offset + 4 * section);
  }

  store({ lanes, offset }: Piece, section: number, value: Code): Code {
    return lanes.store(get(this.row), offset + 4 * section, value);
  }

  loadGradient({ lanes, offset }: Piece): Code {
    return lanes.load(get(this.gradient), offset);
  }
}
