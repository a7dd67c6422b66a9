import { join } from 'node:path';
import { goldenTests } from '@ctrflow/model-contract';
import { maskNet } from '../src/index';

goldenTests(maskNet, join(import.meta.dirname, 'golden/fuxictr.json'));
