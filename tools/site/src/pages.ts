import { dirname, relative, sep } from 'node:path';

/** A page of the site that is a Markdown file of the repository. */
export interface Page {
  readonly title: string;
  /** Its heading in the navigation. */
  readonly group: string;
  /** A link to this path, relative to the repository's root, leads to the page too: the folder of a README. */
  readonly folder?: string;
}

const groups: readonly (readonly [RegExp, string])[] = [
  [/^docs\/guides\//, 'Guides'],
  [/^docs\/reference\//, 'Reference'],
  [/^docs\/decisions\//, 'Decisions'],
  [/^docs\//, 'Results'],
  [/^packages\/models\//, 'Models'],
  [/^packages\//, 'Packages'],
  [/^tools\//, 'Tools'],
];

/**
 * What a Markdown file is called on the site: its first heading, below the heading of its folder.
 *
 * @throws Error for a file without a heading
 */
export function pageOf(root: string, path: string, content: string): Page {
  const file = relative(root, path).split(sep).join('/');
  const title = /^# (.+)$/m.exec(content)?.[1];
  if (title === undefined) throw new Error(`site: expected a heading in ${file}, got none`);
  const group = groups.find(([pattern]) => pattern.test(file))?.[1] ?? 'More';
  return { title, group, ...(file.endsWith('/README.md') && { folder: dirname(file) }) };
}
