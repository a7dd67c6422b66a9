import packageJson from '../package.json';

/** The version of this package, which exported files name. */
export const version: string = packageJson.version;
