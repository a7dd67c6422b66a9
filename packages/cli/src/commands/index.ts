import type { Command } from '../args/command';
import { compareCommand } from './compare';
import { datagenCommand } from './datagen';
import { demoCommand } from './demo';
import { evaluateCommand } from './evaluate';
import { modelsCommand } from './models';
import { trainCommand } from './train';

/** Every command, in the order of the help. */
export const commands = [
  trainCommand,
  compareCommand,
  evaluateCommand,
  datagenCommand,
  demoCommand,
  modelsCommand,
] as readonly Command[];
