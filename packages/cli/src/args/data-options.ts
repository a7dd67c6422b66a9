import type { OptionRules } from './option-rules';
import { flag, grouped, integer, mapping, number, structure, text, texts } from './option';

/** How a text file is written and which columns it has. */
export const fileOptions = grouped('File', {
  delimiter: text('<char>', 'what separates the columns; found by itself otherwise'),
  names: texts('<a,b,...>', 'column names of a file without a header'),
  comment: text('<text>', 'skip lines that begin with this'),
  nullValues: texts('<a,b,...>', 'texts that mean missing, such as ?'),
  onBadRow: text(
    '<policy>',
    'for rows that cannot be read: fail (default), skip, or quarantine=FILE to keep them there',
  ),
});

/** What the columns mean. */
export const schemaOptions = grouped('Schema', {
  schema: text(
    '<schema.json>',
    'a schema or its declaration, which the other options edit; inferred from the data otherwise',
  ),
  label: text('<column>', 'the column to predict'),
  targets: texts(
    '<a,b,...>',
    'several columns to predict, for models of several outputs: NAME, NAME=COLUMN, NAME:number, NAME:one|two for classes',
  ),
  positive: texts('<a,b,...>', 'label values that mean yes, such as ">50K,>50K."'),
  dropColumns: texts('<a,b,...>', 'columns to leave out, such as those known only afterwards'),
  group: text('<column>', 'group of GAUC and of --split by=group, usually the user'),
  weight: text('<column>', 'sample weights'),
  time: text('<column>', 'time of the event, for --split by=time and leave-last-out'),
  timeFormat: text('<format>', 'iso, unix-seconds, unix-milliseconds or a pattern such as YYMMDDHH (default iso)'),
  fields: structure('fields that replace inferred ones of the same name, as a schema declares them'),
});

/** Which rows train, validate and test. */
export const splitOptions = grouped('Rows', {
  train: text('<file>', 'training rows (in place of the argument)'),
  valid: text('<file>', 'validation rows, when they are a file of their own'),
  test: text('<file>', 'test rows, when they are a file of their own'),
  split: mapping(
    '<by=...,...>',
    'how to part the rows: by=ratio|time|group|leave-last-out|none,valid=0.1,test=0.1; ratio and group: seed=7 makes other parts',
    'by',
  ),
  limit: integer('read the first n rows of each file or glob only', { min: 1 }),
  encodedFolder: text('<folder>', 'keep encoded rows there, and use them again: for data larger than memory'),
  negativeKeepRate: number('share of negative training rows to keep; scores are corrected for it', { min: 0, max: 1 }),
});

/** Options of every command that prints a result. */
export const outputOptions = grouped('Output', {
  json: flag('print one JSON object as the last line of stdout'),
  quiet: flag('show no progress bars'),
});

/** Everything that says which data to train on. */
export const dataOptions = { ...splitOptions, ...schemaOptions, ...fileOptions };

/** Which of them need others. */
export const dataRules: OptionRules = {
  positive: { needs: { label: true, schema: true, preset: true }, hint: 'give --label COLUMN' },
  timeFormat: { needs: { time: true, schema: true, preset: true }, hint: 'give --time COLUMN' },
};
