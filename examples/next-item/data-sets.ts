import { textColumn } from '@ctrflow/data';
import type { EventLog, NextItemRowsOptions } from '@ctrflow/data';
import { shopPreset, simulateShop } from '@ctrflow/datagen';
import type { ShopEvent } from '@ctrflow/datagen';
import type { SessionOptions, TextColumn } from '@ctrflow/features';
import { readTable } from '../data-folder';

/** An event log, how rows are made of it, and the models to compare. */
export interface NextItemTask {
  readonly log: EventLog;
  readonly rows: NextItemRowsOptions;
  readonly models: readonly string[];
  /** How histories are cut for models of sessions. */
  readonly sessions?: SessionOptions;
}

/** Tasks by name. */
export const nextItemTasks: Readonly<Record<string, () => NextItemTask>> = {
  rechorus_grocery: rechorusGrocery,
  yoochoose_100k: yoochoose,
  shop: () => shop(20_000, { numUsers: 1000, numItems: 500 }),
};

/** Amazon's groceries: which product a customer reviews next. Times are days. */
function rechorusGrocery(): NextItemTask {
  const { columns } = readTable('rechorus_grocery/train.csv.gz', { delimiter: '\t' });
  const items = readTable('rechorus_grocery/item_meta.csv.gz', { delimiter: '\t' }).columns;
  const [ids, categories] = [texts(items.item_id), texts(items.i_category)];
  return {
    log: { user: columns.user_id, item: columns.item_id, time: seconds(columns.time) },
    rows: {
      attributes: { category: new Map(ids.map((item, i) => [item, categories[i]])) },
      maxLength: 10,
      split: { by: 'leave-last-out' },
      negatives: { train: 1, valid: 9, test: 99 },
      maxEvaluated: 1500,
      minCount: 2,
    },
    models: ['dnn', 'din', 'dien', 'dien-raised', 'bst', 'rnn', 'dsin'],
    sessions: { gapMinutes: 1440, maxSessionLength: 4 },
  };
}

/** Clicks of a shop whose visitors are unknown: a session is a user, and the question which item it clicks next. */
function yoochoose(): NextItemTask {
  const parts = ['train_full', 'test'].map((part) => ({ part, ...clicksOf(part) }));
  const all = (name: 'item' | 'time'): string[] => parts.flatMap((columns) => texts(columns[name]));
  const user = textColumn(parts.flatMap(({ part, session }) => texts(session).map((id) => `${part}/${id}`)));
  return {
    log: { user, item: textColumn(all('item')), time: seconds(textColumn(all('time'))) },
    rows: {
      maxLength: 10,
      split: { by: 'time', valid: 0.1, test: 0.2 },
      negatives: { train: 2, valid: 9, test: 99 },
      maxEvaluated: 1500,
      userField: false,
      minCount: 2,
    },
    models: ['dnn', 'din', 'dien', 'dien-raised', 'bst', 'rnn'],
  };
}

function clicksOf(part: string): {
  readonly session: TextColumn;
  readonly item: TextColumn;
  readonly time: TextColumn;
} {
  const { columns } = readTable(`yoochoose_100k/yoochoose-clicks-100k_${part}.txt.gz`, { delimiter: '\t' });
  return { session: columns.SessionId, item: columns.ItemId, time: columns.Time };
}

/** The log of a generated shop: views, clicks and purchases. */
export function shop(numEvents: number, size: { readonly numUsers: number; readonly numItems: number }): NextItemTask {
  const events: ShopEvent[] = [];
  for (const step of simulateShop({ ...shopPreset('shop-history-v1'), ...size })) {
    events.push(...step.events);
    if (events.length >= numEvents) break;
  }
  return {
    log: {
      user: textColumn(events.map(({ userId }) => `u${userId}`)),
      item: textColumn(events.map(({ itemId }) => `i${itemId}`)),
      time: Float64Array.from(events, ({ timestamp }) => timestamp * 1000),
      behaviour: textColumn(events.map(({ behaviour }) => behaviour)),
    },
    rows: {
      attributes: { category: new Map(events.map(({ itemId, category }) => [`i${itemId}`, `c${category}`])) },
      maxLength: 20,
      split: { by: 'time', valid: 0.1, test: 0.1 },
      negatives: { train: 1, valid: 19, test: 19 },
    },
    models: ['dnn', 'din', 'dien', 'bst', 'rnn', 'dsin'],
  };
}

function texts({ dictionary, codes }: TextColumn): string[] {
  return Array.from(codes, (code) => dictionary[code] ?? '');
}

/** Seconds since 1970 as milliseconds. */
function seconds({ dictionary, codes }: TextColumn): Float64Array {
  const times = dictionary.map((text) => 1000 * Number(text));
  return Float64Array.from(codes, (code) => times[code]);
}
