import { emptyRecord, mapRecord, mergeRecords } from '@ctrflow/core';
import { DataError, checkInteger, checkKnownOptions, checkNumber, checkObject, checkOneOf, checkSwitch, expected, foldIn, randomKey, uniformAt } from '@ctrflow/core'; // prettier-ignore
import type { RawColumn, RawTable, SchemaSpec, SessionOptions } from '@ctrflow/features';
import { textColumn } from '../raw-tables';
import { checkEventLog } from './event-log';
import type { EventLog } from './event-log';
import { attributeOf, checkAttributes, historyColumns, historyFields } from './history-columns';
import type { ItemAttributes } from './history-columns';
import { negativeSampler } from './negatives';
import type { NegativeSampling } from './negatives';
import { eventsOfUsers, pastEvents } from './past-events';

/** Options of {@link nextItemRows}. */
export interface NextItemRowsOptions {
  /** What is known of items, such as their categories. Default: nothing. */
  readonly attributes?: ItemAttributes;
  /** T of a history. Default 50. */
  readonly maxLength?: number;
  /** Cuts what `maxLength` leaves of a history into sessions, for models of sessions (DSIN). Default: one list. */
  readonly sessions?: SessionOptions;
  /** `leave-last-out`: a user's last event tests, the one before validates. `time`: the latest events of all users test. Default `leave-last-out`. */
  readonly split?: { readonly by: 'leave-last-out' } | { readonly by: 'time'; readonly valid: number; readonly test: number }; // prettier-ignore
  /** Negatives of each positive. Default 4 to train, 99 to validate and to test. */
  readonly negatives?: { readonly train?: number; readonly valid?: number; readonly test?: number };
  /** Default `uniform`. */
  readonly sampling?: NegativeSampling;
  /** Whether a positive may be in the user's history. Default false: such events make no row, and negatives are not in the history either. */
  readonly repeats?: boolean;
  /** Makes the user a field. Default true. */
  readonly userField?: boolean;
  /** Least count of an item or user with a row of its own in the tables. Default 1. */
  readonly minCount?: number;
  /** Positives to validate and to test at most, drawn by a hash of user and event. Default: all. */
  readonly maxEvaluated?: number;
  /** Default 2021. */
  readonly seed?: number;
}

/** Rows for the question which item comes next. */
export interface NextItemRows {
  /** Fields `user`, `item`, the attributes and the history; label `label`; group `list`: a positive with its negatives. */
  readonly spec: SchemaSpec;
  readonly train: RawTable;
  readonly valid: RawTable;
  readonly test: RawTable;
}

/**
 * Rows from an event log: each event with a history is a positive, beside sampled negatives for the same user at the same time. Histories and negatives come from what the log has before
 * the row's own time, so that no later event has a say in a row.
 *
 * @example
 * const { spec, train, valid, test } = nextItemRows({ user, item, time }, { attributes: { category }, maxLength: 20 });
 * const data = await datasetFromTables(spec, { train, valid, test });
 * @throws ConfigError for an option out of range; DataError for a log whose columns differ in length, or a part without rows
 */
export function nextItemRows(log: EventLog, options: NextItemRowsOptions = {}): NextItemRows {
  checkEventLog('nextItemRows', log);
  const settings = settingsOf(options);
  const positives = positivesOf(log, settings);
  const partOf = parted(log, positives, settings);
  const rowsOf = (part: Part): RawTable => {
    const own = positives.filter((positive) => partOf(positive) === part);
    const kept = part === 'train' ? own : own.filter(evaluated(own.length, settings));
    return tableOf(log, kept, settings, part);
  };
  const { attributes, maxLength, sessions, userField, minCount } = settings;
  const fields = [...(userField ? ['user'] : []), 'item'].map((name) => ({ name, kind: 'categorical' as const, minCount })); // prettier-ignore
  return {
    spec: {
      fields: [
        ...fields,
        ...Object.keys(attributes).map((name) => ({ name, kind: 'categorical' as const })),
        ...historyFields(log, attributes, sessions === undefined ? { maxLength } : { sessions }),
      ],
      label: { column: 'label' },
      group: 'list',
      time: { column: 'time', format: 'unix-milliseconds' },
    },
    ...{ train: rowsOf('train'), valid: rowsOf('valid'), test: rowsOf('test') },
  };
}

type Part = 'train' | 'valid' | 'test';
type Settings = Required<Omit<NextItemRowsOptions, 'negatives' | 'sessions'>> & {
  readonly sessions: SessionOptions | undefined;
  readonly negatives: Readonly<Record<Part, number>>;
};

/** An event that makes rows: `index` counts the user's events, `fromEnd` from their last. */
interface Positive {
  readonly event: number;
  readonly user: string;
  readonly index: number;
  readonly fromEnd: number;
  readonly refused: ReadonlySet<string>;
}

function settingsOf(options: NextItemRowsOptions): Settings {
  const who = 'nextItemRows';
  checkKnownOptions(who, options, ['attributes', 'maxLength', 'sessions', 'split', 'negatives', 'sampling', 'repeats', 'userField', 'minCount', 'maxEvaluated', 'seed']); // prettier-ignore
  const { attributes = emptyRecord(), maxLength = 50, sessions, split = { by: 'leave-last-out' }, sampling = 'uniform', repeats = false, userField = true, minCount = 1, maxEvaluated = Infinity, seed = 2021 } = options; // prettier-ignore
  checkAttributes(who, attributes);
  checkKnownOptions(`${who}: negatives`, options.negatives ?? {}, ['train', 'valid', 'test']);
  const { train = 4, valid = 99, test = 99 } = options.negatives ?? {};
  if (sessions !== undefined) checkObject(who, 'an object of options for sessions', sessions);
  checkObject(who, 'an object for split', split);
  checkSwitch(who, 'repeats', repeats);
  checkSwitch(who, 'userField', userField);
  checkInteger(who, 'maxLength', maxLength, { min: 1 });
  checkOneOf(who, 'split', split.by, ['leave-last-out', 'time']);
  if (split.by === 'time') {
    checkNumber(who, 'valid', split.valid, { min: 0, max: 1 });
    checkNumber(who, 'test', split.test, { min: 0, max: 1 - split.valid });
  }
  for (const [name, count] of Object.entries({ train, valid, test })) checkInteger(who, `negatives.${name}`, count, { min: 1 }); // prettier-ignore
  checkOneOf(who, 'sampling', sampling, ['uniform', 'popularity']);
  checkInteger(who, 'minCount', minCount, { min: 1 });
  if (maxEvaluated !== Infinity) checkInteger(who, 'maxEvaluated', maxEvaluated, { min: 1 });
  checkInteger(who, 'seed', seed, { min: 0 });
  return { attributes, maxLength, sessions, split, negatives: { train, valid, test }, sampling, repeats, userField, minCount, maxEvaluated, seed }; // prettier-ignore
}

/** Events with something before them, user by user. */
function positivesOf(log: EventLog, { repeats }: Settings): Positive[] {
  const { item, time } = log;
  const positives: Positive[] = [];
  for (const [user, events] of eventsOfUsers(log)) {
    const before = new Set<string>();
    let seen = 0; // events before the time of this one, and their items
    events.forEach((event, index) => {
      for (; time[events[seen]] < time[event]; seen++) before.add(item.dictionary[item.codes[events[seen]]] ?? '');
      const target = item.dictionary[item.codes[event]];
      if (user === null || target === null || seen === 0 || (!repeats && before.has(target))) return;
      const refused = new Set(repeats ? [target] : [...before, target]);
      positives.push({ event, user, index, fromEnd: events.length - 1 - index, refused });
    });
  }
  return positives;
}

function parted({ time }: EventLog, positives: readonly Positive[], { split }: Settings): (positive: Positive) => Part {
  if (split.by === 'leave-last-out')
    return ({ fromEnd }) => (fromEnd === 0 ? 'test' : fromEnd === 1 ? 'valid' : 'train');
  const times = Float64Array.from(positives, ({ event }) => time[event]).sort();
  const cut = (share: number): number => times[Math.round((1 - share) * times.length)] ?? Infinity;
  const [validFrom, testFrom] = [cut(split.valid + split.test), cut(split.test)];
  return ({ event }) => (time[event] >= testFrom ? 'test' : time[event] >= validFrom ? 'valid' : 'train');
}

/** Draws about `maxEvaluated` of the positives of a part. */
function evaluated(count: number, { maxEvaluated, seed }: Settings): (positive: Positive) => boolean {
  const key = foldIn(randomKey(seed), 'evaluated');
  return ({ user, index }) => uniformAt(foldIn(key, user), index) < maxEvaluated / count;
}

/** The rows of positives: each is followed by its negatives. */
function tableOf(log: EventLog, positives: readonly Positive[], settings: Settings, part: Part): RawTable {
  const { negatives, sampling, seed, attributes, maxLength } = settings;
  const key = foldIn(randomKey(seed), 'negatives');
  const sampler = negativeSampler(log, sampling);
  const rows = positives.flatMap(({ event, user, index, refused }) => {
    const drawn = sampler.draw(foldIn(key, user, index), log.time[event], negatives[part], refused);
    if (drawn === undefined) return []; // at the beginning of the log there is nothing to draw from
    const target = log.item.dictionary[log.item.codes[event]]!;
    const list = `${user}/${index}`;
    return [target, ...drawn].map((item, i) => ({ user, item, list, event, label: i === 0 ? '1' : '0' }));
  });
  if (rows.length === 0)
    throw new DataError(expected('nextItemRows', `rows in the ${part} part`, 'none', 'split otherwise, or ask for fewer negatives')); // prettier-ignore
  const [user, item] = [textColumn(rows.map((row) => row.user)), textColumn(rows.map((row) => row.item))];
  const time = Float64Array.from(rows, ({ event }) => log.time[event]);
  return {
    numRows: rows.length,
    columns: mergeRecords<RawColumn>(
      { user, item },
      mapRecord(attributes, (values) => attributeOf(item, values)),
      historyColumns(log, pastEvents(log, { user, time }, { maxLength }), time, attributes),
      {
        time: { kind: 'number', values: time },
        list: textColumn(rows.map(({ list }) => list)),
        label: textColumn(rows.map(({ label }) => label)),
      },
    ),
  };
}
