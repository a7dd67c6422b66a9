/**
 * An unsigned 64-bit number in two 32-bit halves, changed in place: JavaScript's BigInt would allocate at every step.
 * Each method computes modulo 2^64 and returns `this`.
 */
export class Word64 {
  constructor(
    public high = 0,
    public low = 0,
  ) {}

  set({ high, low }: Word64): this {
    this.high = high;
    this.low = low;
    return this;
  }

  setNumber(high: number, low: number): this {
    this.high = high | 0;
    this.low = low | 0;
    return this;
  }

  add({ high, low }: Word64): this {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) | 0;
    this.low = sum | 0;
    return this;
  }

  xor({ high, low }: Word64): this {
    this.high ^= high;
    this.low ^= low;
    return this;
  }

  multiply({ high, low }: Word64): this {
    const a0 = this.low & 0xffff;
    const a1 = this.low >>> 16;
    const b0 = low & 0xffff;
    const b1 = low >>> 16;
    const middle = Math.imul(a1, b0) >>> 0;
    const carry = (Math.imul(a0, b0) >>> 16) + (middle & 0xffff);
    const upper = (Math.imul(a0, b1) >>> 0) + carry;
    const productHigh = (Math.imul(a1, b1) + (middle >>> 16) + Math.floor(upper / 65536)) | 0;
    this.high = (productHigh + Math.imul(this.high, low) + Math.imul(this.low, high)) | 0;
    this.low = Math.imul(this.low, low);
    return this;
  }

  /** Rotates right by 1 to 63 bits. */
  rotate(bits: number): this {
    const [high, low] = bits < 32 ? [this.high, this.low] : [this.low, this.high];
    const by = bits & 31;
    if (by === 0) return this.setNumber(high, low);
    return this.setNumber((high >>> by) | (low << (32 - by)), (low >>> by) | (high << (32 - by)));
  }

  /** x ^ (x >> 47). */
  shiftMix(): this {
    this.low ^= this.high >>> 15;
    return this;
  }

  /** The remainder of the unsigned number by a divisor below 2^37. */
  modulo(divisor: number): number {
    const high = (this.high >>> 0) % divisor;
    const middle = (high * 65536 + (this.low >>> 16)) % divisor;
    return (middle * 65536 + (this.low & 0xffff)) % divisor;
  }

  /** The low 53 bits: an exact integer of JavaScript. */
  low53Bits(): number {
    return (this.high & 0x1fffff) * 2 ** 32 + (this.low >>> 0);
  }

  toHex(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
