import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/data');
const histories = (file: string, find: string, replace: string): Mutation =>
  bug(`histories/${file}`, find, replace, ['histories', 'logs']);
const purchases = (file: string, find: string, replace: string): Mutation =>
  bug(`purchases/${file}`, find, replace, ['purchases', 'logs']);
const ofTrainingUsers = (file: string, find: string, replace: string): Mutation =>
  bug(`purchases/${file}`, find, replace, 'training-users');

/** Bugs in packages/data/src/histories and purchases, which make rows of logs. */
export const samples: readonly Mutation[] = [
  histories('event-log', 'if (time[order[middle]] < before)', 'if (time[order[middle]] <= before)'),
  histories('event-log', 'time[a] - time[b] || a - b', 'time[b] - time[a] || a - b'),
  histories('past-events', 'Math.max(0, end - maxLength)', '0'),
  histories('past-events', 'const end = countBefore(own, log.time, time);', 'const end = own.length;'),
  histories(
    'past-events',
    'i = Math.max(0, end - maxLength); i < end; i++',
    'i = 0; i < Math.min(end, maxLength); i++',
  ),
  histories('negatives', 'const size = countBefore(pool, time, before);', 'const size = pool.length;'),
  histories('negatives', 'if (!refused.has(name)) drawn.add(name);', 'drawn.add(name);'),
  histories('negatives', "sampling === 'uniform' && known.has(name)", "sampling === 'popularity' && known.has(name)"),
  histories('next-item-rows', "fromEnd === 0 ? 'test' : fromEnd === 1 ? 'valid' : 'train'", "fromEnd === 1 ? 'test' : fromEnd === 0 ? 'valid' : 'train'"), // prettier-ignore
  histories('next-item-rows', 'time[events[seen]] < time[event]; seen++', 'seen < index; seen++'),
  histories('next-item-rows', 'new Set(repeats ? [target] : [...before, target])', 'new Set([target])'),
  histories('next-item-rows', "label: i === 0 ? '1' : '0'", "label: i === 0 ? '0' : '1'"),
  histories('next-item-rows', 'cut(split.valid + split.test), cut(split.test)', 'cut(split.valid), cut(split.test)'),
  histories('next-item-rows', 'foldIn(key, user, index), log.time[event]', 'foldIn(key, user), log.time[event]'),
  histories('next-item-rows', '< maxEvaluated / count', '< 1'),
  histories('history-columns', 'Math.log2(1 + minutes)', 'Math.log2(minutes)'),
  histories('history-columns', '(time[row] - log.time[events[i]])', '(time[row] - log.time[events[offsets[row]]])'),
  histories('history-columns', 'codes: events.map((event) => codes[event])', 'codes: events.map((_, i) => codes[i])'),
  ofTrainingUsers('labelled-points', '!settings.trains(user) ?', 'false ?'),
  purchases('labelled-points', 'boughtOn < featureDay + observationDays', 'boughtOn <= featureDay + observationDays'),
  purchases('labelled-points', 'featureDay + observationDays - 1 > lastDay', 'featureDay > lastDay'),
  purchases('labelled-points', 'day: featureDay + wait, label: 0', 'day: featureDay, label: 0'),
  purchases('labelled-points', "signs ? { fate: 'signOfNeed' }", "!signs ? { fate: 'signOfNeed' }"),
  purchases('labelled-points', 'event.day < point.day', 'event.day <= point.day'),
  purchases('labelled-points', 'day === undefined || day <= first', 'day === undefined || day < first'),
  ofTrainingUsers(
    'purchase-samples',
    'relatedCategories(usersOf(users, trains), target,',
    'relatedCategories(users, target,',
  ),
  purchases('purchase-samples', "name === 'train' ? shifted(users, own, settings.shifts) : own", 'shifted(users, own, settings.shifts)'), // prettier-ignore
  purchases(
    'purchase-samples',
    "name !== 'train' && settings.evaluate === 'natural'",
    "settings.evaluate === 'natural'",
  ),
  purchases('purchase-samples', 'Math.min(...classes.map(({ length }) => length))', 'Math.max(...classes.map(({ length }) => length))'), // prettier-ignore
  purchases('user-parts', "uniform < test + valid ? 'valid'", "uniform < valid ? 'valid'"),
  purchases('user-parts', 'filter((day) => day <= settings.lastArrival)', 'filter((day) => day > 0)'),
  purchases('related-categories', '(n * common - a * b) / spread', 'common / spread'),
  purchases('related-categories', 'a * b * (n - a) * (n - b)', 'a * b'),
  purchases('related-categories', 'y.phi - x.phi', 'x.phi - y.phi'),
  purchases('open-points', 'filter((event) => event.day < day)', 'filter((event) => event.day <= day)'),
  purchases('open-points', 'featureDay + observationDays <= day', 'featureDay + observationDays < day'),
  purchases('window-rows', 'if (event.day >= day) break;', 'if (event.day > day) break;'),
  purchases('window-rows', '(shape.numSteps - 1 - t) * shape.stepDays', '(shape.numSteps - t) * shape.stepDays'),
  purchases('window-rows', 'Math.max(0, spend), numCategories', 'numCategories, Math.max(0, spend)'),
  purchases('window-rows', 'related.map((name) => bought.filter(', 'related.map((name) => events.filter('),
  purchases('bought-within', 'event.day < day + numDays', 'event.day <= day + numDays'),
  purchases('log', 'events.sort((a, b) => a.day - b.day)', 'events.sort((a, b) => b.day - a.day)'),
];
