import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { esmm } from '../src/index';

goldenTests(esmm, join(import.meta.dirname, 'golden/deepctr.json'));
