/** HTML that is safe to insert: made by this file or by the plots. */
type Html = string;

const STYLE = `
:root { color-scheme: light dark; --ground: #fbfaf7; --ink: #1d2430; --soft: #5b6472; --line: #dedbd2; --card: #ffffff; --faint: #9aa1ab;
  --one: #2457a6; --two: #c2571a; --three: #2e7d4f; --four: #8a3f8f; --five: #a8861d; --six: #4b5563; --seven: #0f7f8c; --eight: #b0305c; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171c; --ink: #e8e6e1; --soft: #a0a7b3; --line: #2e343d; --card: #1b1f26; --faint: #6b7482;
  --one: #7fb0f5; --two: #f0995f; --three: #7cc89a; --four: #cf94d4; --five: #e0c468; --six: #b4bcc8; --seven: #5cc6d1; --eight: #f08aae; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1160px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 20px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 36px 0 12px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; }
.tile, figure, .table { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; margin: 0; }
.tile b { display: block; font-size: 24px; line-height: 1.3; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tile span, .tile small, figcaption small, footer { color: var(--soft); }
.tile small, figcaption small { display: block; font-size: 13px; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 12px; }
figcaption { font-weight: 600; margin-bottom: 6px; }
figcaption small { font-weight: 400; }
figure figure { border: 0; padding: 0; }
figure { overflow-x: auto; }
.wide { grid-column: 1 / -1; }
svg { max-width: 100%; min-width: 440px; height: auto; color: var(--ink); font-size: 12px; }
[class*='-swatches'] { font-size: 13px !important; margin-bottom: 4px !important; }
[class$='-swatch'] svg { min-width: 0; }
.table { overflow-x: auto; }
.list { margin: 0; padding-left: 20px; overflow-wrap: anywhere; }
p { max-width: 80ch; margin: 0 0 12px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; white-space: nowrap; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; white-space: normal; vertical-align: bottom; }
.number { text-align: right; }
.long { white-space: normal; min-width: 12ch; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
code { display: block; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { body { background: none; } .tile, figure, .table { break-inside: avoid; } }
`;

/** A text as HTML: nothing in it is markup. */
export function escapeHtml(text: string): Html {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A whole document. */
export function page(title: string, content: readonly Html[], command?: string): Html {
  const repeat = command === undefined ? '' : `<h2>How to repeat it</h2><code>${escapeHtml(command)}</code>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
${content.join('\n')}
${repeat}</main></body></html>
`;
}

/** Key numbers: name, value, remark. */
export function tiles(entries: readonly (readonly [name: string, value: string, remark: string])[]): Html {
  const tile = ([name, value, remark]: readonly [string, string, string]): Html =>
    `<div class="tile"><span>${escapeHtml(name)}</span><b>${escapeHtml(value)}</b><small>${escapeHtml(remark)}</small></div>`;
  return `<div class="tiles">${entries.map(tile).join('')}</div>`;
}

/** A heading with what belongs under it. */
export function section(title: string, content: readonly Html[], paragraphs: readonly string[] = []): Html {
  const text = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('');
  const grid = content.length === 0 ? '' : `<div class="grid">${content.join('')}</div>`;
  return `<section><h2>${escapeHtml(title)}</h2>${text}${grid}</section>`;
}

/** Texts one below the other. */
export function list(items: readonly string[]): Html {
  return `<ul class="list wide">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

/** A drawing with its caption; a wide one has a row of the page for itself. */
export function figure(title: string, drawing: Html, remark: string, isWide = false): Html {
  return `<figure${isWide ? ' class="wide"' : ''}><figcaption>${escapeHtml(title)}<small>${escapeHtml(remark)}</small></figcaption>${drawing}</figure>`;
}

/** Cells of more characters take several lines where room is short. */
const LONG_CELL = 16;

/** A table of texts; columns whose cells mostly begin like numbers stand to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): Html {
  const numeric = header.map((_, column) => 2 * rows.filter((cells) => /^[-+−–]?(\d|$)/.test(cells[column])).length > rows.length); // prettier-ignore
  const cell = (tag: 'td' | 'th', text: string, column: number): Html => {
    const classes = [...(numeric[column] ? ['number'] : []), ...(text.length > LONG_CELL ? ['long'] : [])];
    const attribute = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
    return `<${tag}${attribute}>${escapeHtml(text)}</${tag}>`;
  };
  const row = (cells: readonly string[], tag: 'td' | 'th'): Html =>
    `<tr>${cells.map((text, column) => cell(tag, text, column)).join('')}</tr>`;
  return `<div class="table wide"><table><thead>${row(header, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table></div>`;
}
