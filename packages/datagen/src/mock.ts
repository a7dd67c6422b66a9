import { checkInteger, checkKnownOptions, foldIn, integerAt, randomKey, uniformAt } from '@ctrflow/core';

/** Options of {@link createMock}. */
export interface MockOptions {
  /** Default 1000. */
  readonly numUsers?: number;
  /** Default 200. */
  readonly numItems?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** A user of the simple mock. */
export interface MockUser {
  readonly user: string;
  /** 18 to 79. */
  readonly age: number;
  readonly gender: 'f' | 'm';
}

/** An item of the simple mock. */
export interface MockItem {
  readonly item: string;
  readonly category: string;
  /** 0.01 to 100.00. */
  readonly price: number;
}

/** An interaction of the simple mock. */
export interface MockInteraction {
  readonly user: string;
  readonly item: string;
  /** Seconds since 1970; one interaction a second. */
  readonly timestamp: number;
  readonly click: 0 | 1;
}

/** Three tables that fit each other. */
export interface Mock {
  readonly numUsers: number;
  readonly numItems: number;
  /** User of a number from 0 to numUsers - 1. */
  user(index: number): MockUser;
  /** Item of a number from 0 to numItems - 1. */
  item(index: number): MockItem;
  /** Interaction of any number from 0. */
  interaction(index: number): MockInteraction;
}

/** Probability of every click of the mock. */
export const MOCK_CLICK_RATE = 0.2;

const NUM_CATEGORIES = 10;
/** 2024-01-01 00:00 UTC. */
const START = 1_704_067_200;

/**
 * Users, items and interactions drawn at random, with nothing to learn: for trying out code. Every row is a function of (seed, number), whatever was asked before.
 *
 * @example
 * createMock({ numUsers: 3, numItems: 2 }).interaction(0); // { user: 'user2', item: 'item0', timestamp: 1704067200, click: 0 }
 * @throws ConfigError for a number of users or items below 1
 */
export function createMock(options: MockOptions = {}): Mock {
  checkKnownOptions('createMock', options, ['numUsers', 'numItems', 'seed']);
  const numUsers = checkInteger('createMock', 'numUsers', options.numUsers ?? 1000, { min: 1 });
  const numItems = checkInteger('createMock', 'numItems', options.numItems ?? 200, { min: 1 });
  const key = foldIn(randomKey(checkInteger('createMock', 'seed', options.seed ?? 1, { min: 0 })), 'mock');
  const draw = (name: string, size: number): ((index: number) => number) => {
    const own = foldIn(key, name);
    return (index) => integerAt(own, index, size);
  };
  const [age, gender, category, cents, user, item] = [draw('age', 62), draw('gender', 2), draw('category', NUM_CATEGORIES), draw('price', 10_000), draw('user', numUsers), draw('item', numItems)]; // prettier-ignore
  const clicks = foldIn(key, 'click');
  return {
    numUsers,
    numItems,
    user: (index) => ({ user: `user${index}`, age: 18 + age(index), gender: gender(index) === 0 ? 'f' : 'm' }),
    item: (index) => ({
      item: `item${index}`,
      category: `category${category(index)}`,
      price: (cents(index) + 1) / 100,
    }),
    interaction: (index) => ({
      user: `user${user(index)}`,
      item: `item${item(index)}`,
      timestamp: START + index,
      click: uniformAt(clicks, index) < MOCK_CLICK_RATE ? 1 : 0,
    }),
  };
}
