import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { root } from '../machine';

/** What a process of its own is to predict with. */
export interface FirstPrediction {
  /** A model's folder, or an ONNX file. */
  readonly file: string;
  readonly mode: string;
  readonly threads: number;
  /** Whether it runs the published build, without tsx. */
  readonly built: boolean;
}

/** Whether `npm run build` has been: else a start also compiles the sources. */
export function publishedBuild(): boolean {
  return ['packages/training', 'packages/model-kit', 'packages/models/deepfm'].every((folder) =>
    existsSync(`${root}${folder}/dist/index.js`),
  );
}

/** Starts `node`, loads a model, predicts one row and ends. */
export async function firstPrediction({ file, mode, threads, built }: FirstPrediction): Promise<number> {
  const script = fileURLToPath(new URL(`${mode === 'onnx' ? 'onnx-file' : 'saved-model'}.mjs`, import.meta.url));
  const source = built ? [] : ['--conditions=@ctrflow/source', '--import=tsx'];
  const { stdout } = await promisify(execFile)(process.execPath, [...source, script, file, String(threads)], { cwd: root }); // prettier-ignore
  return Number(stdout.trim().split('\n').at(-1));
}
