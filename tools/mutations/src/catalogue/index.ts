import type { Mutation } from '../mutation';
import { claims } from './claims';
import { cli } from './cli';
import { compiler } from './compiler/index';
import { data } from './data';
import { embeddings } from './embeddings';
import { exported } from './export';
import { features } from './features';
import { layers } from './layers';
import { losses } from './losses';
import { metrics } from './metrics';
import { modelKit } from './model-kit';
import { models } from './models';
import { samples } from './samples';
import { training } from './training';

/** All bugs that tests must find. */
export const catalogue: readonly Mutation[] = [
  ...compiler,
  ...features,
  ...data,
  ...samples,
  ...metrics,
  ...embeddings,
  ...training,
  ...exported,
  ...cli,
  ...layers,
  ...modelKit,
  ...losses,
  ...models,
  ...claims,
];
