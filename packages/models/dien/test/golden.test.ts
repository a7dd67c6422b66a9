import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { dien } from '../src/index';

for (const file of ['fuxictr.json', 'deepctr.json']) goldenTests(dien, join(import.meta.dirname, 'golden', file));
