import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import chromium from '@sparticuz/chromium';
import puppeteer from 'puppeteer-core';
import { expect, test } from 'vitest';
import { renderComparisonReport, renderPage, renderRunReport } from '../src/index';
import { run } from './example-run';

// The browser that the npm package brings runs on Linux x64 only.
const supported = process.platform === 'linux' && process.arch === 'x64';

/** Names and cells as long as those of a page of benchmarks. */
const figures = Array.from({ length: 8 }, (_, i) => ({ name: `DeepFM, V = ${i}M, dense Adam with L2`, value: i + 0.3, mark: 2 })); // prettier-ignore
const numbers = renderPage({
  title: 'Numbers',
  sections: [
    {
      title: 'Required figures',
      figures: [{ title: 'Ratios', remark: '', plot: { kind: 'bars', label: 'ratio', bars: figures } }],
      tables: [
        {
          header: ['figure', 'required', 'ctrflow, milliseconds', 'other, milliseconds', 'ratio', 'reached', 'commit', 'command (npm run)'], // prettier-ignore
          rows: figures.map(({ name }) => [name, 'at most 1.5 x our own at vocab 1,000,000', '15,371', '24,634', '1.60', 'no', '03c81e07 with changes', '--workload embedding --vocab 10000000 --mode dense']), // prettier-ignore
        },
      ],
    },
  ],
});

const pages: readonly (readonly [string, string])[] = [
  ['run', renderRunReport(run)],
  ['comparison', renderComparisonReport({ title: 'A comparison', runs: [run, { ...run, model: 'deepfm' }] })],
  ['page', numbers],
];

test.skipIf(!supported).each(pages)(
  'a browser shows a %s without errors, requests, or anything that sticks out',
  async (name, html) => {
    const folder = await mkdtemp(join(tmpdir(), 'ctrflow-report-'));
    const path = join(folder, 'report.html');
    await writeFile(path, html);
    const browser = await puppeteer.launch({
      executablePath: await chromium.executablePath(),
      args: [...chromium.args, '--no-sandbox', '--disable-background-networking'],
      headless: 'shell',
    });
    try {
      const problems: string[] = [];
      for (const [width, scheme] of [
        [1400, 'light'],
        [800, 'dark'],
        [400, 'light'],
      ] as const) {
        const tab = await browser.newPage();
        tab.on('console', (message) => problems.push(message.text()));
        tab.on('pageerror', (error) => problems.push(String(error)));
        tab.on('request', (request) => {
          if (!/^(file|data):/.test(request.url())) problems.push(request.url());
        });
        await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        await tab.setViewport({ width, height: 1000 });
        await tab.goto(pathToFileURL(path).href);
        const overflow = await tab.evaluate('document.documentElement.scrollWidth - window.innerWidth');
        expect(overflow).toBeLessThanOrEqual(0);
        // Only a narrow screen scrolls inside a figure or a table.
        if (width === 1400) expect(await tab.evaluate('[...document.querySelectorAll("figure, .table")].filter((box) => box.scrollWidth > box.clientWidth).length')).toBe(0); // prettier-ignore
        expect(
          await tab.evaluate('document.querySelectorAll("svg path, svg rect, svg circle").length'),
        ).toBeGreaterThan(20);
        if (process.env.CTRFLOW_SCREENSHOTS !== undefined) {
          await tab.screenshot({
            path: join(process.env.CTRFLOW_SCREENSHOTS, `${name}-${width}-${scheme}.png`),
            fullPage: true,
          });
        }
      }
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  },
);
