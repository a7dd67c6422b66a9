import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { dsin } from '../src/index';

goldenTests(dsin, join(import.meta.dirname, 'golden/deepctr.json'));
