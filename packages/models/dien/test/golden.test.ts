import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { dien } from '../src/index';

goldenTests(dien, join(import.meta.dirname, 'golden/fuxictr.json'));
