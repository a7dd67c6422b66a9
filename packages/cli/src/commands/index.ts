import type { Command } from '../args/command';
import { compareCommand } from './compare';
import { datagenCommand } from './datagen';
import { demoCommand } from './demo';
import { evaluateCommand } from './evaluate';
import { exportCommand } from './export';
import { inspectCommand } from './inspect';
import { modelsCommand } from './models';
import { predictCommand } from './predict';
import { presetsCommand } from './presets';
import { trainCommand } from './train';

/** Every command, in the order of the help. */
export const commands = [
  trainCommand,
  compareCommand,
  evaluateCommand,
  predictCommand,
  exportCommand,
  inspectCommand,
  datagenCommand,
  modelsCommand,
  presetsCommand,
  demoCommand,
] as readonly Command[];
