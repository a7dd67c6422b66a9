import { ConfigError, checkKnownOptions, checkOneOf, expected, recordOf } from '@ctrflow/core';
import { backendNames } from '@ctrflow/backends';
import { adagrad, adam, adamW, autoEngine, compiledEngine, eagerEngine, scheduleNames, sgd } from '@ctrflow/training';
import type { DenseOptimizer, FitOptions, StepEngine, WarmedSchedule } from '@ctrflow/training';
import { fitNumbers } from '@ctrflow/training/options';
import type { Values } from '../args/option';
import type { trainingOptions } from '../args/training-options';

type TrainingOptions = Values<typeof trainingOptions>;

/** The options of `fit` that the command line gives. */
export function fitSettings(who: string, options: TrainingOptions): FitOptions {
  const { monitor, l2, l2Net = l2, l2Embedding = l2 } = options;
  const { l2MiniBatchAware: miniBatchAware } = options;
  const classWeights = classWeightsOf(who, options.classWeights);
  const schedule = scheduleOf(who, options.schedule);
  return {
    optimizer: optimizerOf(options),
    tableOptimizer: {
      kind: options.tableOptimizer ?? 'lazy-adam',
      ...(l2Embedding !== undefined && { l2: l2Embedding }),
    },
    l2: {
      ...(l2Net !== undefined && { net: l2Net }),
      ...(l2Embedding !== undefined && { embedding: l2Embedding }),
      ...(miniBatchAware !== undefined && { miniBatchAware }),
    },
    engine: engineOf(who, options),
    ...recordOf(Object.entries(options).filter(([name]) => Object.hasOwn(fitNumbers, name))),
    ...(monitor !== undefined && { monitor }),
    ...(classWeights && { classWeights }),
    ...(schedule && { schedule }),
  };
}

/** The engine of a name: `auto`, `compiled`, `eager`, or `eager/BACKEND`. */
export function engineOf(
  who: string,
  { engine = 'auto', threads }: Pick<TrainingOptions, 'engine' | 'threads'>,
): StepEngine {
  const names = ['auto', 'compiled', 'eager', ...backendNames.map((backend) => `eager/${backend}` as const)] as const;
  const chosen = checkOneOf(who, '--engine', engine, names);
  const session = threads === undefined ? {} : { threads };
  if (chosen === 'auto') return autoEngine(session);
  if (chosen === 'compiled') return compiledEngine(session);
  const backend = backendNames.find((candidate) => chosen === `eager/${candidate}`);
  return eagerEngine(backend === undefined ? {} : { backend });
}

function optimizerOf({ optimizer = 'adam', learningRate, weightDecay }: TrainingOptions): DenseOptimizer {
  switch (optimizer) {
    case 'adam':
      return adam(learningRate ?? 1e-3);
    case 'adamw':
      return adamW(learningRate ?? 1e-3, weightDecay);
    case 'sgd':
      return sgd(learningRate ?? 1e-2);
    case 'adagrad':
      return adagrad(learningRate ?? 1e-2);
  }
}

function classWeightsOf(who: string, weights: readonly string[] | undefined): [number, number] | undefined {
  if (weights === undefined) return undefined;
  const [negative, positive] = weights.map(Number);
  if (weights.length === 2 && negative > 0 && positive > 0) return [negative, positive];
  throw new ConfigError(expected(who, 'two numbers > 0 for --class-weights', weights.join(), 'such as 1,5'));
}

const scheduleOptions = ['kind', 'every', 'factor', 'decay', 'totalSteps', 'minFactor', 'warmUpSteps'];

function scheduleOf(who: string, schedule: TrainingOptions['schedule']): WarmedSchedule | undefined {
  if (schedule === undefined) return undefined;
  const kind = checkOneOf(who, '--schedule', schedule.kind ?? 'constant', scheduleNames);
  checkKnownOptions(`${who} --schedule`, schedule, scheduleOptions);
  return { ...schedule, kind } as WarmedSchedule;
}
