import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { dcnv2 } from '../src/index';

goldenTests(dcnv2, join(import.meta.dirname, 'golden/fuxictr.json'));
