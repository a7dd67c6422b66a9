import { auc } from '@ctrflow/metrics';
import { expect, test, vi } from 'vitest';
import { renderComparisonReport, renderRunReport } from '../src/index';
import { run } from './example-run';

test('a run has its numbers and drawings, every text escaped, and asks for nothing from outside', () => {
  const html = renderRunReport(run);
  expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(7);
  expect(html).not.toContain('<script');
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).toContain('deepfm &amp; &quot;friends&quot;');
  expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
  expect(html.length).toBeLessThan(1e6);
});

// Planted bug that this fails for: an interval of unweighted rows beside weighted metrics.
test('sample weights weigh the interval', () => {
  const { labels, probabilities } = run.scores;
  const weights = labels.map((_, i) => 1 + (i % 3));
  const wanted = auc({ labels, scores: probabilities, weights });
  expect(wanted.toFixed(4)).not.toBe(auc({ labels, scores: probabilities }).toFixed(4));
  expect(renderRunReport(run)).not.toContain(wanted.toFixed(4));
  expect(renderRunReport({ ...run, scores: { labels, probabilities, weights } })).toContain(wanted.toFixed(4));
});

test('a comparison has a row and a curve for each model', () => {
  const html = renderComparisonReport({
    title: 'Shop',
    runs: [
      { ...run, model: 'lr' },
      { ...run, model: 'fm' },
    ],
  });
  expect(html).toContain('<td>lr</td>');
  expect(html).toContain('<td>fm</td>');
  expect(html).toContain('gap to best');
});

// Planted bug that this fails for: a curve of the first run only.
test('a comparison shows how every model learned, and further tables', () => {
  const runs = ['lr', 'fm'].map((model) => ({ ...run, model }));
  const tables = [{ title: 'Afterwards', header: ['model', 'bought'], rows: [['lr', '12 <i>']] }];
  const html = renderComparisonReport({ title: 'Shop', runs, tables });
  const learned = html.slice(html.indexOf('Training loss by epoch'), html.indexOf('Afterwards'));
  const curves = learned
    .match(/<g[^>]*aria-label="line"[^>]*>.*?<\/g>/gs)!
    .map((group) => group.match(/<path/g)!.length);
  expect(curves).toEqual([2, 2]);
  expect(html).toContain('12 &lt;i&gt;');
});

test('a comparison gives paired differences, and none where the rows differ', () => {
  const { labels, probabilities } = run.scores;
  const better = { labels, probabilities: probabilities.map((p, i) => p + 0.2 * labels[i]) };
  const others = { labels: labels.map((label) => 1 - label), probabilities };
  const runs = [
    { ...run, model: 'lr' },
    { ...run, model: 'fm', scores: better },
    { ...run, model: 'other', scores: others },
  ];
  const cells = [...renderComparisonReport({ title: 'Shop', runs }).matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell]) => cell),
  );
  expect(cells.map((row) => row[3])).toEqual([
    'minus the row above',
    '',
    expect.stringMatching(/^\+0\.\d{4} \(\+0\.\d{4} to \+0\.\d{4}\)$/),
    '–',
  ]);
});

// Plot warns, in the drawing and on the console, when it has to guess which points make a line: after one epoch each line has one point.
test('a training of one epoch is drawn without a warning', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const html = renderRunReport({ ...run, history: run.history.slice(0, 1), bestEpoch: 1 });
  renderComparisonReport({ title: 'Shop', runs: [run] });
  expect(warn).not.toHaveBeenCalled();
  expect(html).not.toContain('⚠');
  warn.mockRestore();
});
