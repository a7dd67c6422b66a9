import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import chromium from '@sparticuz/chromium';
import puppeteer from 'puppeteer-core';
import { expect, test } from 'vitest';
import { workspaceRoot } from '../../release/src/packages';

// The browser that the npm package brings runs on Linux x64 only.
const supported = process.platform === 'linux' && process.arch === 'x64';

test.skipIf(!supported)('the site builds without warnings, and a browser shows its pages', async () => {
  await promisify(execFile)('npm', ['run', '-s', 'site'], { cwd: workspaceRoot });
  const browser = await puppeteer.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args, '--no-sandbox', '--disable-background-networking'],
    headless: 'shell',
  });
  try {
    const problems: string[] = [];
    const tab = await browser.newPage();
    tab.on('pageerror', (error) => problems.push(String(error)));
    tab.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) problems.push(request.url());
    });
    await tab.setViewport({ width: 1300, height: 1000 });
    const pages = { index: 'ctrflow', 'documents/Results': 'shop-v1', 'modules/_ctrflow_deepfm': 'deepFM' };
    for (const [page, content] of Object.entries(pages)) {
      await tab.goto(pathToFileURL(join(workspaceRoot, 'docs/api', `${page}.html`)).href);
      expect(await tab.evaluate('document.body.innerText')).toContain(content);
      if (process.env.CTRFLOW_SCREENSHOTS !== undefined)
        await tab.screenshot({ path: join(process.env.CTRFLOW_SCREENSHOTS, `site-${page.replace('/', '-')}.png`) }); // prettier-ignore
    }
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
  }
});
