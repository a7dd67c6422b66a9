/** Checks every tarball as its users will meet it: publint (package.json and files) and are-the-types-wrong (types per module system). */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { pack } from './pack';
import { publishedPackages } from './packages';
import type { PublishedPackage } from './packages';

/** Node 10 resolution knows no `exports`: subpaths cannot work there, and Node 20 is the oldest supported. */
const IGNORED_RESOLUTION = 'node10';

async function problemsOf(published: PublishedPackage, tarballs: string): Promise<string[]> {
  const tarball = pack(published, tarballs);
  const lint = await publint({ pkgDir: published.staged, strict: true, pack: false });
  const { problems = [] } = asAnalysis(await checkPackage(createPackageFromTarballData(readFileSync(tarball))));
  return [
    ...lint.messages.map((message) => formatMessage(message, lint.pkg) ?? message.code),
    ...problems
      .filter((problem) => problem.resolutionKind !== IGNORED_RESOLUTION)
      .map((problem) => `types: ${problem.kind} (${problem.entrypoint ?? ''} ${problem.resolutionKind ?? ''})`),
  ];
}

interface TypesProblem {
  readonly kind: string;
  readonly entrypoint?: string;
  readonly resolutionKind?: string;
}

function asAnalysis(result: unknown): { readonly problems?: readonly TypesProblem[] } {
  return result as { readonly problems?: readonly TypesProblem[] };
}

const tarballs = await mkdtemp(join(tmpdir(), 'ctrflow-check-'));
try {
  let failed = false;
  for (const published of publishedPackages()) {
    const problems = await problemsOf(published, tarballs);
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${published.name}`);
    for (const problem of problems) console.log(`     ${problem}`);
    failed ||= problems.length > 0;
  }
  process.exitCode = failed ? 1 : 0;
} finally {
  await rm(tarballs, { recursive: true });
}
