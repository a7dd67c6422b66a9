export { main } from './main';
export { exitCodes } from './exit-codes';
export { processIo } from './io';
export type { Io, Output } from './io';
