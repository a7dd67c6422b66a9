import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from './run-main';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-edit-schema-'));
const file = join(root, 'clicks.csv');
const declaration = join(root, 'declared.json');
const fitted = join(root, 'fitted', 'schema.json');
let folders = 0;
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Every column could be an input: what an option does to it shows. `bonus` and `w` are numbers, `at` a time, `n/k` is missing. */
const rows = Array.from({ length: 120 }, (_, i) => {
  const at = new Date(Date.UTC(2024, 0, 1 + (i % 50))).toISOString().slice(0, 10);
  return [i % 3 === 0 ? 1 : 0, i % 4 === 0 ? 'good' : 'bad', i % 7 === 2 ? 'n/k' : `c${i % 5}`, 20 + (i % 31), `u${i % 9}`, at, 1 + (i % 3), (i * 7) % 41]; // prettier-ignore
});
const header = ['click', 'rated', 'city', 'age', 'user', 'at', 'w', 'bonus'];

async function train(...more: readonly string[]) {
  const out = join(root, `run-${folders++}`);
  const ran = await runMain(['train', file, '--model', 'lr', '--epochs', '1', '--batch-size', '16', '--quiet', '--out', out, ...more]); // prettier-ignore
  expect(ran.code, ran.err).toBe(0);
  return {
    schema: JSON.parse(readFileSync(join(out, 'schema.json'), 'utf8')) as { readonly spec: Record<string, unknown> },
    weights: createHash('sha256').update(readFileSync(join(out, 'model', 'weights.safetensors'))).digest('hex'), // prettier-ignore
    summary: JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as { readonly test: Record<string, number> },
  };
}

beforeAll(async () => {
  writeFileSync(file, `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`);
  const inspected = await runMain(['inspect', file, '--label', 'click', '--json']);
  writeFileSync(declaration, inspected.out);
  const { schema } = await train('--label', 'click', '--drop-columns', 'w,at,rated');
  plain = await train('--schema', declaration);
  mkdirSync(join(root, 'fitted'));
  writeFileSync(fitted, JSON.stringify(schema));
});

/** Without any option. */
let plain: Awaited<ReturnType<typeof train>>;

const fields = join(root, 'fields.yaml');
writeFileSync(fields, 'fields: [{name: age, kind: numeric, transform: log}, {name: w, kind: categorical}]\n');

describe('beside a declaration, as beside an inferred schema:', () => {
  test.each([
    ['--weight', ['--weight', 'w']],
    ['--group', ['--group', 'user']],
    ['--time', ['--time', 'at']],
    ['--time-format', ['--time', 'at', '--time-format', 'YYYY-MM-DD']],
    ['--null-values', ['--null-values', 'n/k']],
    ['--drop-columns', ['--drop-columns', 'bonus,city']],
    ['--label', ['--label', 'rated', '--positive', 'good']],
    ['fields', ['--config', fields]],
    ['fields of a column with a role', ['--config', fields, '--weight', 'w']],
  ])('%s', async (_, options) => {
    const label = options.includes('--label') ? [] : ['--label', 'click'];
    const inferred = await train(...label, ...options);
    // With another label, the label of the declaration would be an input of the inferred schema only.
    const drop = label.length === 0 ? ['--drop-columns', 'click'] : [];
    const same = label.length === 0 ? await train(...options, ...drop) : inferred;
    const declared = await train('--schema', declaration, ...options);
    expect(declared.schema).toEqual(same.schema);
    expect(declared.weights).toBe(same.weights);
    expect(plain.schema).not.toEqual(declared.schema);
  });

  test('a role that the declaration gives already leaves its fields as they are', async () => {
    const spec = JSON.parse(readFileSync(declaration, 'utf8')) as Record<string, unknown>;
    const withTime = join(root, 'with-time.json');
    writeFileSync(withTime, JSON.stringify({ ...spec, time: { column: 'at', format: 'iso' } }));
    const [plain, again] = [await train('--schema', withTime), await train('--schema', withTime, '--time', 'at')];
    expect(again.schema).toEqual(plain.schema);
  });
});

describe('beside a fitted schema', () => {
  /** What the same schema comes to whose JSON is edited by hand. */
  async function byHand(spec: object, ...options: readonly string[]) {
    const schema = JSON.parse(readFileSync(fitted, 'utf8')) as { readonly spec: object };
    const path = join(root, 'by-hand.schema.json');
    writeFileSync(path, JSON.stringify({ ...schema, spec: { ...schema.spec, ...spec } }));
    return train('--schema', path, ...options);
  }

  test.each([
    [['--weight', 'w'], { weight: 'w' }],
    [['--group', 'user'], { group: 'user' }],
    [['--label', 'rated', '--positive', 'good'], { label: { column: 'rated', positive: ['good'] } }],
    [['--positive', '0'], { label: { column: 'click', positive: ['0'] } }],
    [['--time', 'at', '--time-format', 'iso'], { time: { column: 'at', format: 'iso' } }],
  ])('%j is a role', async (options, spec) => {
    const [edited, expected] = [await train('--schema', fitted, ...options), await byHand(spec)];
    expect(edited.schema).toEqual(expected.schema);
    expect(edited.weights).toBe(expected.weights);
    if (options[0] === '--group') expect(Object.keys(edited.summary.test)).toContain('gauc');
    else if (options[0] !== '--time') expect(edited.weights).not.toBe((await train('--schema', fitted)).weights);
  });

  test.each([
    [['--null-values', 'n/k'], 'expected no --null-values beside the fitted schema of --schema'],
    [['--drop-columns', 'city'], 'expected no --drop-columns beside the fitted schema of --schema'],
    [['--config', fields], 'expected no --fields beside the fitted schema of --schema'],
    [['--weight', 'age'], 'expected a column that is no input of the fitted schema for --weight, got "age"'],
    [['--time', 'age'], 'expected a column that is no input of the fitted schema for --time, got "age"'],
    [['--label', 'city'], 'expected a column that is no input of the fitted schema for --label, got "city"'],
  ])('%j is refused', async (options, message) => {
    const { code, err } = await runMain(['train', file, '--model', 'lr', '--schema', fitted, ...options]);
    expect(err).toBe(
      `error ctrflow train: ${message}; it encodes as it was fitted: leave the option out, or give a declaration (\`ctrflow inspect FILE --json\`)\n`,
    );
    expect(code).toBe(2);
  });
});

test.each([
  [['--drop-columns', 'ctiy'], 'expected a column that a field of the schema reads for --drop-columns, got "ctiy"; did you mean "city"?'],
  [['--time-format', 'iso'], 'expected a time with --time-format, got none in the schema; give --time COLUMN'],
])('what a declaration cannot take is refused: %j', async (options, message) => {
  const { code, err } = await runMain(['train', file, '--model', 'lr', '--schema', declaration, ...options]);
  expect(err).toBe(`error ctrflow train: ${message}\n`);
  expect(code).toBe(2);
}); // prettier-ignore

test('--positive needs a label, of the options or of the schema', async () => {
  const spec = JSON.parse(readFileSync(declaration, 'utf8')) as Record<string, unknown>;
  const unlabelled = join(root, 'unlabelled.json');
  writeFileSync(unlabelled, JSON.stringify({ ...spec, label: undefined }));
  const { err } = await runMain(['train', file, '--model', 'lr', '--schema', unlabelled, '--positive', '1']);
  expect(err).toBe('error ctrflow train: expected a label with --positive, got none in the schema; give --label COLUMN\n'); // prettier-ignore
});
