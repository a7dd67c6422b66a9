import { ConfigError, checkObject, checkTyped, emptyRecord, expected, mergeRecords, recordOf } from '@ctrflow/core';
import type {
  FieldSpec,
  ListColumn,
  SequenceFieldSpec,
  SessionOptions,
  SessionsSpec,
  TextColumn,
} from '@ctrflow/features';
import { textColumn } from '../raw-tables';
import { checkEventLog } from './event-log';
import type { EventLog } from './event-log';
import type { PastEvents } from './past-events';

/** What is known of items: by the name of the attribute, the attribute of each item. */
export type ItemAttributes = Readonly<Record<string, ReadonlyMap<string, string>>>;

/**
 * Columns of histories: `history_item`, `history_<attribute>` for each attribute of the items, `history_behaviour` where the log has it, `history_gap`, the time from the event to the row
 * (`floor(log2(1 + minutes))`), and `history_time` in milliseconds since 1970, which sessions are cut by.
 *
 * @param time - milliseconds since 1970 of each row
 */
export function historyColumns(
  log: EventLog,
  past: PastEvents,
  time: Float64Array,
  attributes: ItemAttributes = emptyRecord(),
): Record<string, ListColumn> {
  const who = 'historyColumns';
  checkEventLog(who, log);
  const { offsets, events } = checkObject(who, 'past events, as pastEvents gives them', past);
  checkTyped(who, 'the offsets of the past events', offsets, ['Int32Array']);
  checkTyped(who, 'the past events', events, ['Int32Array']);
  checkTyped(who, 'time', time, ['Float64Array']);
  checkAttributes(who, attributes);
  const list = ({ dictionary, codes }: TextColumn): ListColumn => ({ kind: 'list', offsets, dictionary, codes });
  const of = ({ dictionary, codes }: TextColumn): ListColumn => list({ kind: 'text', dictionary, codes: events.map((event) => codes[event]) }); // prettier-ignore
  const gaps = new Array<string>(events.length);
  for (let row = 0; row < time.length; row++) {
    for (let i = offsets[row]; i < offsets[row + 1]; i++) {
      const minutes = (time[row] - log.time[events[i]]) / 60_000;
      gaps[i] = String(Math.floor(Math.log2(1 + minutes)));
    }
  }
  const times = textColumn(Array.from(events, (event) => String(log.time[event])));
  return mergeRecords<ListColumn>(
    { history_item: of(log.item) },
    recordOf(Object.entries(attributes).map(([name, values]) => [`history_${name}`, of(attributeOf(log.item, values))])), // prettier-ignore
    log.behaviour === undefined ? emptyRecord() : { history_behaviour: of(log.behaviour) },
    { history_gap: list(textColumn(gaps)), history_time: list(times) },
  );
}

/**
 * Declares {@link historyColumns}; items and attributes share the tables of the row's own fields `item` and `<attribute>`.
 *
 * @param cut - how long a history is at most, or how it is cut into sessions
 */
export function historyFields(
  { behaviour }: Pick<EventLog, 'behaviour'>,
  attributes: ItemAttributes,
  cut: { readonly maxLength: number } | { readonly sessions: SessionOptions },
): FieldSpec[] {
  const field = (name: string, shareTable?: string): SequenceFieldSpec => ({
    name: `history_${name}`,
    kind: 'sequence',
    history: 'history',
    ...('maxLength' in cut && cut),
    ...(shareTable !== undefined && { shareTable }),
  });
  const items = field('item', 'item');
  return [
    'sessions' in cut ? { ...items, sessions: { ...sessionTimes, ...cut.sessions } } : items,
    ...Object.keys(attributes).map((name) => field(name, name)),
    ...(behaviour === undefined ? [] : [field('behaviour')]),
    field('gap'),
  ];
}

const sessionTimes: SessionsSpec = { times: 'history_time', timeFormat: 'unix-milliseconds' };

/** @throws ConfigError for an attribute that is no map */
export function checkAttributes(who: string, attributes: ItemAttributes): void {
  checkObject(who, 'attributes of items by name', attributes);
  for (const [name, values] of Object.entries(attributes))
    if (!((values as unknown) instanceof Map))
      throw new ConfigError(expected(who, `a Map from items to values for "${name}"`, values));
}

/** An attribute of the items of a column. */
export function attributeOf({ dictionary, codes }: TextColumn, values: ReadonlyMap<string, string>): TextColumn {
  return { kind: 'text', dictionary: dictionary.map((item) => values.get(item ?? '') ?? null), codes };
}
