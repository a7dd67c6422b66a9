import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { mmoe } from '../src/index';

goldenTests(mmoe, join(import.meta.dirname, 'golden/deepctr.json'));
