import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { normalAt, uniformAt } from '@ctrflow/core';
import { keyOf } from '../draws';
import { once } from './once';

/** Scores and labels as float32 files: logits of a normal spread, labels drawn from their probabilities. */
export async function writeScores(folder: string, rows: number): Promise<void> {
  await once(join(folder, 'scores.f32'), () => {
    const key = keyOf('scores');
    return Float32Array.from({ length: rows }, (_, row) => logitAt(key, row));
  });
  await once(join(folder, 'labels.f32'), () => {
    const [scores, key] = [keyOf('scores'), keyOf('labels')];
    return Float32Array.from({ length: rows }, (_, row) =>
      uniformAt(key, row) < 1 / (1 + Math.exp(-logitAt(scores, row))) ? 1 : 0,
    );
  });
}

function logitAt(key: Parameters<typeof normalAt>[0], row: number): number {
  return normalAt(key, row) - 1.5;
}

/** What {@link writeScores} has written. */
export async function readScores(folder: string): Promise<{ scores: Float32Array; labels: Float32Array }> {
  const [scores, labels] = await Promise.all(
    ['scores.f32', 'labels.f32'].map((name) => readFloats(join(folder, name))),
  );
  return { scores, labels };
}

async function readFloats(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
