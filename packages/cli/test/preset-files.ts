import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FieldSpec } from '@ctrflow/features';
import type { PresetDataSet } from '@ctrflow/presets';

/** Values of a field: few, so that they come again, and texts that are no numbers where the field takes texts. */
function valueOf(field: FieldSpec, row: number, f: number): string {
  const value = (i: number): string => `${f}v${(row * 7 + i * 3 + f) % 11}`;
  if (field.kind === 'numeric') return String(((row * 13 + f) % 40) / 4);
  if (field.kind !== 'sequence') return value(0);
  const length = (row + f) % 4; // empty histories too
  return Array.from({ length }, (_, i) => value(i)).join('^');
}

/** Writes files of a preset's layout: its columns, a label, and some rows of each part. */
export async function writePresetFiles(folder: string, dataSet: PresetDataSet, label = 'label'): Promise<void> {
  const { fields, group, validIsTest } = dataSet;
  const columns: readonly FieldSpec[] =
    typeof fields === 'number'
      ? Array.from({ length: fields }, (_, f) => ({ name: `f${f}`, kind: 'categorical' as const }))
      : fields;
  const extra = group === undefined || columns.some(({ name }) => name === group) ? [] : [group];
  await mkdir(folder, { recursive: true });
  const parts = { train: 160, ...(!validIsTest && { valid: 60 }), test: 50 };
  for (const [part, numRows] of Object.entries(parts)) {
    const rows = Array.from({ length: numRows }, (_, row) => [
      (row * 31) % 7 < 3 ? 1 : 0,
      ...columns.map((field, f) => valueOf(field, row, f)),
      ...extra.map(() => `u${row % 5}`),
    ]);
    const header = [label, ...columns.map(({ name }) => name), ...extra];
    await writeFile(join(folder, `${part}.csv`), `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`);
  }
}
