import { preset } from '../../../tools/build/tsup-preset';

export default preset();
