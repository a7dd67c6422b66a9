import { writeFile } from 'node:fs/promises';
import { measureAll } from './all';
import { coveragePage, pageUrl } from './page';

await writeFile(pageUrl, coveragePage(await measureAll()));
