import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { bst } from '../src/index';

goldenTests(bst, join(import.meta.dirname, 'golden/fuxictr.json'));
