// What a model is called: a paper writes `DCNv2`, the package is `dcnv2`, the factory `dcnv2`, its options `DCNv2Options`.

/** The names of a model. */
export interface ModelNames {
  /** Of the package, in files and on command lines: `cnn-lstm`. */
  readonly name: string;
  /** In texts, as the paper writes it: `CNN-LSTM`. */
  readonly title: string;
  /** Of types, without the word Options: `CNNLSTM`. */
  readonly type: string;
  /** Of the function that makes the model: `cnnLstm`. */
  readonly factory: string;
}

/**
 * Names of a model from what its author wrote: the name of a package (`my-net`), or the model as its paper has it (`xDeepFM`, `AutoInt+`, `Wide & Deep`).
 *
 * @throws Error when no name can be made of it
 */
export function namesOf(written: string, title?: string): ModelNames {
  const isPackageName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(written);
  const shown = title ?? (isPackageName ? written.split('-').map(capitalized).join('') : written);
  const parts = partsOf(shown);
  const name = isPackageName ? written : partsOf(written).join('-').toLowerCase();
  const type = capitalized(parts.join(''));
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || !/^[A-Z]/.test(type)) {
    const got = title === undefined ? `"${written}"` : `"${written}" with the title "${title}"`;
    throw new Error(`model: expected a name such as DCNv2, AutoInt+ or my-net, got ${got}; it begins with a letter`);
  }
  const [first, ...others] = parts;
  return { name, title: shown, type, factory: [uncapitalized(first), ...others.map(oneWord)].join('') };
}

/** Letters and digits, signs in words: `AutoInt+` -> `AutoInt`, `Plus`. */
function partsOf(title: string): string[] {
  const spoken = title.replaceAll('+', ' Plus ').replaceAll('&', ' And ');
  return spoken.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
}

function capitalized(part: string): string {
  return part.charAt(0).toUpperCase() + part.slice(1);
}

/**
 * `DeepFM` -> `deepFM`, `xDeepFM` stays. Letters that are no word become small together, up to the first word that follows, a capital and two small letters: `DIN` -> `din`, `DCNv2` -> `dcnv2`,
 * `FMNet` -> `fmNet`.
 */
function uncapitalized(part: string): string {
  if (/^([a-z]|[A-Z][a-z])/.test(part)) return part.charAt(0).toLowerCase() + part.slice(1);
  const word = part.search(/[A-Z][a-z]{2}/);
  return word < 0 ? part.toLowerCase() : part.slice(0, word).toLowerCase() + part.slice(word);
}

/** A further part of a factory's name: `LSTM` -> `Lstm`. */
function oneWord(part: string): string {
  return /^[A-Z]+$/.test(part) ? part.charAt(0) + part.slice(1).toLowerCase() : capitalized(part);
}
