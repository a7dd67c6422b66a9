import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { din } from '../src/index';

goldenTests(din, join(import.meta.dirname, 'golden/fuxictr.json'));
