import { writeFile } from 'node:fs/promises';
import { modulePath, moduleText } from './module';

await writeFile(modulePath, await moduleText());
