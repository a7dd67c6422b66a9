import { preset } from '../../tools/build/tsup-preset';

const entry = ['src/index.ts', 'src/catalog.ts'];

export default preset({ entry, dts: { entry } });
