import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { deepFM } from '../src/index';

goldenTests(deepFM, join(import.meta.dirname, 'golden/fuxictr.json'));
