import { mergeRecords } from '@ctrflow/core';
import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, checkText, checkTexts, foldIn, permutation, randomKey } from '@ctrflow/core'; // prettier-ignore
import { windowFields } from '@ctrflow/features';
import type { RawColumn, RawTable, SchemaSpec } from '@ctrflow/features';
import { textColumn } from '../raw-tables';
import { PURCHASE, checkPurchaseLog, eventsByUser } from './log';
import type { EventsByUser, PurchaseLog } from './log';
import { labelledPoints, shifted } from './labelled-points';
import type { LabelledPoint } from './labelled-points';
import { relatedCategories, relatedSettings } from './related-categories';
import type { RelatedCategoriesOptions } from './related-categories';
import { userParts } from './user-parts';
import type { Part } from './user-parts';
import { windowChannels, windowRows } from './window-rows';
import type { WindowShape } from './window-rows';

/** Options of {@link purchaseSamples}. */
export interface PurchaseSamplesOptions extends RelatedCategoriesOptions {
  /**
   * Categories whose first purchase makes the feature day. Default: those that {@link relatedCategories} finds among the users of the training part. With the target
   * among them (`[target]`: is anything bought again?) what counts comes after the feature day.
   */
  readonly related?: readonly string[];
  /** Days of the observation window, from the feature day on. Default 365. */
  readonly observationDays?: number;
  /** Days per step of a row's window. Default 7. */
  readonly stepDays?: number;
  /** T of a row's window. Default: the observation window in steps. */
  readonly numSteps?: number;
  /**
   * How users are parted: `user` by a hash of their name, `time` by the day of their first event: those who came first train, those who came last are for the test. Default `user`.
   */
  readonly split?: 'user' | 'time';
  /** Shares of the users for validation and test. Default 0.1 and 0.2. */
  readonly valid?: number;
  readonly test?: number;
  /** Adds to the training rows those with the latest 1, ..., `shifts` baskets deleted. Default 0. */
  readonly shifts?: number;
  /** `natural` leaves validation and test at the rate of positives that they have. Default `balanced`: 1 : 1. */
  readonly evaluate?: 'balanced' | 'natural';
  /** Default 2021. */
  readonly seed?: number;
}

/** Rows for purchase prediction. */
export interface PurchaseSamples {
  /** Fields of the window, label `bought`, group `user`. */
  readonly spec: SchemaSpec;
  /** Columns of the window, `user`, `day` (the prediction point) and `bought`. */
  readonly train: RawTable;
  readonly valid: RawTable;
  readonly test: RawTable;
  /** Categories whose first purchase makes the feature day. */
  readonly related: readonly string[];
  /** The part that a user is in, whether there is a row or not: for predictions about users whom the model has not seen. */
  readonly partOf: (user: string) => Part;
  /** What the windows look like: for `windowRows` at other points. */
  readonly shape: WindowShape;
  /** Users by what became of them. */
  readonly users: Readonly<
    Record<'positive' | 'negative' | 'noFeatureDay' | 'incomplete' | 'boughtBefore' | 'signOfNeed', number>
  >;
}

/**
 * Rows for the question whether a user buys in a target category, from a log of purchases (or other behaviours).
 *
 * A user's *feature day* is that of the first purchase in a category strongly related to the target; users who have none, or whose observation window reaches beyond
 * the log, are left out. *Positives* buy in the target category after the feature day and within the observation window; the row is made at the day of the
 * first such purchase, of which nothing is seen. *Negatives* show no sign of need: no event of any kind in the target category, at any time. Their rows are made as
 * many days after the feature day as those of a positive of the training part drawn at random, so that time alone tells nothing. A user is in one part only; in each part
 * the larger class is cut down to the smaller one.
 *
 * @example
 * const { spec, train, valid } = purchaseSamples(log, 'coffee machines', { observationDays: 180, shifts: 2 });
 * const schema = fitSchema(spec, [train]);
 * @throws ConfigError for an option out of range; DataError for columns of different lengths
 */
export function purchaseSamples(
  log: PurchaseLog,
  target: string,
  options: PurchaseSamplesOptions = {},
): PurchaseSamples {
  checkPurchaseLog('purchaseSamples', log);
  checkText('purchaseSamples', 'target', target);
  const settings = settingsOf(options);
  const seeded = foldIn(randomKey(settings.seed), 'purchases');
  const key = foldIn(seeded, target);
  const users = eventsByUser(log);
  const lastDay = lastDayOf(log);
  const partOf = userParts(users, { ...settings, lastArrival: lastDay - settings.observationDays + 1, key: seeded });
  const trains = (user: string): boolean => partOf(user) === 'train';
  const related =
    options.related ?? relatedCategories(usersOf(users, trains), target, relatedSettings('purchaseSamples', options));
  const behaviours = [...new Set(log.behaviour?.dictionary ?? [])].filter((name) => name !== null && name !== PURCHASE);
  const shape = { name: 'behaviour', ...settings, related, behaviours } as WindowShape;
  const found = labelledPoints(users, {
    target,
    related: new Set(related),
    key,
    lastDay,
    trains,
    ...settings,
  });
  const rowsOf = (name: Part): RawTable => {
    const own = found.points.filter(({ user }) => partOf(user) === name);
    const all = name === 'train' ? shifted(users, own, settings.shifts) : own;
    const natural = name !== 'train' && settings.evaluate === 'natural';
    return tableOf(users, natural ? all : balanced(all, foldIn(key, 'balance', name)), shape);
  };
  const fields = windowFields(shape.name, { channels: windowChannels(shape), numSteps: shape.numSteps });
  return {
    spec: { fields, label: { column: 'bought' }, group: 'user' },
    ...{ train: rowsOf('train'), valid: rowsOf('valid'), test: rowsOf('test') },
    ...{ related, partOf, shape, users: found.users },
  };
}

type Settings = Required<Omit<PurchaseSamplesOptions, keyof RelatedCategoriesOptions | 'related'>>;

const optionNames = ['related', 'count', 'minUsers', 'minCorrelation', 'observationDays', 'stepDays', 'numSteps', 'split', 'valid', 'test', 'shifts', 'evaluate', 'seed']; // prettier-ignore

function settingsOf(options: PurchaseSamplesOptions): Settings {
  const who = 'purchaseSamples';
  checkKnownOptions(who, options, optionNames);
  const {
    observationDays = 365,
    stepDays = 7,
    split = 'user',
    valid = 0.1,
    test = 0.2,
    shifts = 0,
    seed = 2021,
  } = options;
  checkInteger(who, 'observationDays', observationDays, { min: 2 });
  checkInteger(who, 'stepDays', stepDays, { min: 1 });
  const { numSteps = Math.ceil(observationDays / stepDays), evaluate = 'balanced' } = options;
  checkInteger(who, 'numSteps', numSteps, { min: 1 });
  checkOneOf(who, 'split', split, ['user', 'time']);
  checkNumber(who, 'valid', valid, { min: 0, max: 1 });
  checkNumber(who, 'test', test, { min: 0, max: 1 - valid });
  checkInteger(who, 'shifts', shifts, { min: 0 });
  checkOneOf(who, 'evaluate', evaluate, ['balanced', 'natural']);
  checkInteger(who, 'seed', seed, { min: 0 });
  if (options.related !== undefined) checkTexts(who, 'related', options.related);
  relatedSettings(who, options);
  return { observationDays, stepDays, numSteps, split, valid, test, shifts, evaluate, seed };
}

function usersOf(users: EventsByUser, wanted: (user: string) => boolean): EventsByUser {
  return new Map([...users].filter(([user]) => wanted(user)));
}

function lastDayOf({ day }: PurchaseLog): number {
  return day.reduce((last, each) => Math.max(last, each), -Infinity);
}

/** As many rows of each class as the smaller one has, in their order. */
function balanced(points: readonly LabelledPoint[], key: ReturnType<typeof randomKey>): LabelledPoint[] {
  const of = (label: 0 | 1): number[] => points.flatMap((point, i) => (point.label === label ? [i] : []));
  const classes = [of(0), of(1)];
  const size = Math.min(...classes.map(({ length }) => length));
  const kept = classes.flatMap((rows, label) => Array.from(permutation(foldIn(key, label), rows.length).subarray(0, size), (i) => rows[i])); // prettier-ignore
  return kept.sort((a, b) => a - b).map((i) => points[i]);
}

function tableOf(users: EventsByUser, points: readonly LabelledPoint[], shape: WindowShape): RawTable {
  return {
    numRows: points.length,
    columns: mergeRecords<RawColumn>(
      {
        user: textColumn(points.map(({ user }) => user)),
        day: { kind: 'number', values: Float64Array.from(points, ({ day }) => day) },
        bought: textColumn(points.map(({ label }) => String(label))),
      },
      windowRows(users, points, shape),
    ),
  };
}
