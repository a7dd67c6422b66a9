import { preset } from '../../tools/build/tsup-preset';

const entry = ['src/index.ts', 'src/node.ts', 'src/options.ts'];

export default preset({ entry, dts: { entry } });
