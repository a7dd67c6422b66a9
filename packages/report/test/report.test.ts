import { auc, aucDifference } from '@ctrflow/metrics';
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
// Fails where the loss of one target is drawn beside that of all.
test('a run of several targets says of which one its numbers are, and compares no loss of one with that of all', () => {
  const [alone, among] = [run, { ...run, target: 'click' }].map(renderRunReport);
  const losses = (html: string): string =>
    html.slice(html.indexOf('Loss by epoch'), html.indexOf('by epoch', html.indexOf('Validation AUC')));
  expect(losses(alone)).toMatch(/<title>validation, epoch 1/);
  expect(losses(among)).not.toMatch(/<title>validation, epoch/);
  expect(losses(among)).toMatch(/<title>training, epoch 1/);
  expect(among).toContain('Sum of what training minimizes for all targets');
  expect(among).not.toContain('Mean binary cross-entropy');
  for (const named of ['AUC of click', 'log loss of click', 'Validation AUC of click by epoch']) {
    expect(among).toContain(named);
    expect(alone).not.toContain(named);
  }
});

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

// Planted bugs that this fails for: the sign, an interval of unweighted rows, the gap of the first run in every row.
test('the gap to the true probabilities is that of the same rows, with the interval of the paired difference', () => {
  const { labels, probabilities, truth } = run.scores;
  const weights = labels.map((_, i) => 1 + (i % 3));
  const shown = (scores: typeof run.scores): string => {
    const { difference, low, high } = aucDifference(scores.labels, scores.truth!, scores.probabilities, { ...(scores.weights && { weights }), weightsAre: 'importance' }); // prettier-ignore
    return `${difference.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;
  };
  const plain = { labels, probabilities, truth: truth! };
  const runs = [plain, { ...plain, weights }, { ...plain, probabilities: probabilities.map((p) => Math.abs(p - 0.1)) }];
  expect(new Set(runs.map(shown)).size).toBe(3);
  for (const scores of runs) expect(shown(scores)).toMatch(/^0\.[0-9]{4} \(0\./);
  const html = renderComparisonReport({ title: 'Shop', runs: runs.map((scores) => ({ ...run, scores })) });
  const [first, ...rows] = html.match(/<tr>.*?<\/tr>/gs)!;
  expect(first).toContain('gap to best');
  for (const [i, scores] of runs.entries()) expect(rows[i]).toContain(shown(scores));
  expect(renderRunReport(run)).toContain(`${shown(plain)} to go`);
  const unknown = { ...run, scores: { labels, probabilities } };
  expect(renderRunReport(unknown) + renderComparisonReport({ title: 'Mine', runs: [unknown] })).not.toMatch(/best possible|gap to best/); // prettier-ignore
});

// Planted bug that this fails for: differences of unweighted rows beside weighted areas.
test('sample weights weigh the differences', () => {
  const { labels, probabilities } = run.scores;
  const scores = { labels, probabilities, weights: labels.map((_, i) => 1 + (i % 3)) };
  const others = { ...scores, probabilities: probabilities.map((p) => Math.abs(p - 0.1)) };
  const { difference } = aucDifference(labels, probabilities, others.probabilities, { weights: scores.weights });
  const html = renderComparisonReport({
    title: 'Shop',
    runs: [
      { ...run, scores: others },
      { ...run, scores },
    ],
  });
  expect(html).toContain(`+${difference.toFixed(4)} (`);
  expect(difference.toFixed(4)).not.toBe(aucDifference(labels, probabilities, others.probabilities).difference.toFixed(4)); // prettier-ignore
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
