import type { Command } from '../args/command';
import { modelsCommand } from './models';
import { trainCommand } from './train';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [trainCommand, modelsCommand] as readonly Command[];
