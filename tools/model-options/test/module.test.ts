import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { modulePath, moduleText } from '../src/module';

// Planted bugs that this fails for: an option, a default or a comment that was changed without `npm run model-options`.
test('the zoo says of options what their comments say', async () => {
  expect(await readFile(modulePath, 'utf8'), 'run npm run model-options').toBe(await moduleText());
}, 60_000);
