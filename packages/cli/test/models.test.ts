import { commonModelOptions, modelCatalog, modelFactories } from '@ctrflow/zoo';
import { describe, expect, test } from 'vitest';
import { wrap } from '../src/output/wrap';
import { runMain } from './run-main';

describe('ctrflow models', () => {
  test('lists every model, and how to see the options of one', async () => {
    const { code, out } = await runMain(['models']);
    expect(code).toBe(0);
    for (const { name, package: packageName } of modelCatalog) expect(out).toContain(`${name}  ${packageName}\n`);
    expect(out).toMatch(/\nctrflow models NAME shows the options of a model\.\n$/);
  });

  test.each(Object.keys(modelFactories))('shows the options of %s, those that its factory has', async (name) => {
    const { out } = await runMain(['models', name]);
    const shown = [...out.matchAll(/^ {2}--(\S+) </gm)].map(([, flag]) => flag.replaceAll('-', '').toLowerCase());
    expect(shown.sort()).toEqual(Object.keys(modelFactories[name].defaults).map((option) => option.toLowerCase()).sort()); // prettier-ignore
  });

  test('tells what an option may be, in lines that fit', async () => {
    const { out } = await runMain(['models', 'dien']);
    expect(out).toContain('  --evolution <gru|aigru|agru|augru|augru-raised>\n      What reads the interest states;');
    expect(out).toContain('  --hidden-units <n,n,...>\n');
    expect(out).toContain('  --sum-pooling <true|false>\n');
    const texts = out.split('\n').filter((line) => line.startsWith('      '));
    expect(Math.max(...texts.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('gives the same as JSON', async () => {
    const { out } = await runMain(['models', 'din', '--json']);
    const [din] = modelCatalog.filter(({ name }) => name === 'din');
    expect(JSON.parse(out)).toEqual({ models: [din], commonOptions: commonModelOptions });
  });

  test('suggests a name', async () => {
    const { code, err } = await runMain(['models', 'deepfn']);
    expect(code).toBe(2);
    expect(err).toContain('got "deepfn"; did you mean "deepfm"?');
  });
});

test('text is wrapped between words', () => {
  expect(wrap('one two three', { width: 9, indent: '  ' })).toBe('  one two\n  three\n');
  expect(wrap('a-word-that-is-too-long b', { width: 5, indent: ' ' })).toBe(' a-word-that-is-too-long\n b\n');
});
