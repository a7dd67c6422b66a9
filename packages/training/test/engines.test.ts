import '@tensorflow/tfjs-backend-cpu';
import { autoEngine, compiledEngine, eagerEngine } from '../src/index';
import { engineContract } from './engine-contract';

engineContract('eager', eagerEngine());
engineContract('compiled', compiledEngine());
engineContract('compiled, one thread', compiledEngine({ threads: 1 }));
engineContract('auto', autoEngine());
