import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { lr } from '../src/index';

goldenTests(lr, join(import.meta.dirname, 'golden/fuxictr.json'));
