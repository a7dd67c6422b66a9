import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { fm } from '../src/index';

goldenTests(fm, join(import.meta.dirname, 'golden/fuxictr.json'));
