/** `name: Option<value, default, "what it does">;` as the compiler writes it into type declarations. */
const declaration =
  /^( *)(?:readonly )?(\w+): \S*\bOption<.*, (readonly \[[^\]]*\]|"[^"]*"|[\w.+-]+), ("(?:[^"\\]|\\.)*")>;$/gm;

/**
 * Puts a comment over every declared option in a file of type declarations: what the option does, and its default. Types that are derived from the declarations keep the comments of
 * what they are derived from, so that editors show them wherever somebody writes the option.
 */
export function commentOptions(declarations: string): string {
  return declarations.replace(
    declaration,
    (line: string, indent: string, _name: string, standard: string, doc: string) => {
      const text = String(JSON.parse(doc)).replaceAll('*/', '*\\/');
      const shown =
        standard === 'undefined' ? '' : ` Default \`${standard.replace(/^readonly /, '').replace(/^"(.*)"$/, '$1')}\`.`;
      return `${indent}/** ${text}${shown} */\n${line}`;
    },
  );
}
