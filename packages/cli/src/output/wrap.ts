/** Text in lines of at most `width` characters, each after an indentation; longer words stand alone. */
export function wrap(text: string, { width, indent }: { readonly width: number; readonly indent: string }): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return `${lines.join('\n')}\n`;
}
