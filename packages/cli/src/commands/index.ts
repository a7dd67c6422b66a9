import type { Command } from '../args/command';
import { modelsCommand } from './models';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [modelsCommand];
