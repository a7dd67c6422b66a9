/**
 * Writes the public API of every package that is built to `etc/*.api.md`, or of those that are named: `npm run api -- my-net`. With `--check` it takes every package and fails where one
 * differs from what is committed: no API changes unnoticed.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { packagesToReport } from './packages-to-report';
import { publishedPackages, workspaceRoot } from './packages';
import type { PublishedPackage } from './packages';

const check = process.argv.includes('--check');

function report({ folder, json }: PublishedPackage, entry: string): boolean {
  const types = join(folder, 'dist', `${entry}.d.ts`);
  if (!existsSync(types)) throw new Error(`${json.name}: ${types} does not exist; run \`npm run build\` first`);
  const reportFolder = join(folder, 'etc');
  mkdirSync(reportFolder, { recursive: true });
  const name = entry === 'index' ? basename(folder) : `${basename(folder)}.${entry}`;
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      compiler: { overrideTsconfig: { extends: join(workspaceRoot, 'tsconfig.base.json'), files: [types] } },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder,
        reportTempFolder: join(folder, '.pack', 'etc'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        // The reports are for reading changes; missing comments and release tags are the linter's business.
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  });
  mkdirSync(join(folder, '.pack', 'etc'), { recursive: true });
  const result = Extractor.invoke(config, {
    localBuild: !check,
    messageCallback: (message) => {
      message.handled = true;
    },
  });
  return result.apiReportChanged;
}

const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

const changed = packagesToReport(publishedPackages(), { named, check }).flatMap((published) =>
  Object.keys(published.json.exports)
    .filter((path) => path !== './package.json')
    .map((path) => (path === '.' ? 'index' : path.slice(2)))
    .filter((entry) => report(published, entry))
    .map((entry) => `${published.name} (${entry})`),
);
if (changed.length > 0)
  console.log(`public API ${check ? 'differs from etc/' : 'written to etc/'}: ${changed.join(', ')}`);
if (check && changed.length > 0) {
  console.log('Run `npm run build && npm run api` and commit the result.');
  process.exitCode = 1;
}
