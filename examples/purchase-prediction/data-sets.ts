import { textColumn } from '@ctrflow/data';
import type { PurchaseLog, PurchaseSamplesOptions } from '@ctrflow/data';
import { simulatePurchases } from '@ctrflow/datagen';
import { timeParser } from '@ctrflow/features';
import type { TextColumn } from '@ctrflow/features';
import { readTable, readText } from '../data-folder';

/** What is studied: a log, the category to predict, and how rows are made of it. */
export interface PurchaseStudy {
  readonly log: PurchaseLog;
  /** Categories to predict purchases in. */
  readonly targets: readonly string[];
  readonly samples: PurchaseSamplesOptions;
  /** The day on which users are scored, to see who buys in the following half month. */
  readonly followUpDay: number;
  /** The true probability of a purchase on a day, where it is known. */
  readonly hazard?: (user: string, day: number) => number;
}

/** Data sets by name. */
export const purchaseStudies: Readonly<Record<string, () => PurchaseStudy>> = {
  uci_online_retail: uciOnlineRetail,
  cdnow,
  shop: () => shop(10_000),
};

/** The generated shop: a year of observation, users parted by a hash of their name. */
export function shop(numUsers: number): PurchaseStudy {
  const { log, target, hazard } = simulatePurchases({ numUsers });
  return { log, targets: [target], hazard, samples: { observationDays: 365 }, followUpDay: 400 };
}

/**
 * UCI Online Retail: categories are the first three digits of the stock code (items of a line have neighbouring numbers; codes that are no items, such as POST, are left out); a cancelled invoice
 * is another behaviour. Targets are the 20 groups that most customers bought in.
 */
function uciOnlineRetail(): PurchaseStudy {
  const { columns, numRows } = readTable('uci_online_retail/onlineretail.csv.gz');
  const text = (name: string, row: number): string | null => columns[name].dictionary[columns[name].codes[row]];
  const rows = Array.from({ length: numRows }, (_, row) => row);
  const day = daysOf(columns.InvoiceDate);
  return {
    log: {
      user: columns.CustomerID,
      category: mapped(columns.StockCode, (code) => /^\d{5}/.exec(code)?.[0].slice(0, 3) ?? null),
      day,
      amount: Float64Array.from(rows, (row) => Number(text('Quantity', row)) * Number(text('UnitPrice', row))),
      behaviour: mapped(columns.InvoiceNo, (invoice) => (invoice.startsWith('C') ? 'return' : 'purchase')),
    },
    targets: ['224', '226', '221', '229', '227', '225', '232', '228', '233', '231', '219', '220', '223', '217', '850', '230', '849', '211', '218', '212'], // prettier-ignore
    samples: { observationDays: 180, split: 'time' },
    followUpDay: day.reduce((last, each) => Math.max(last, each)) - 14,
  };
}

/** CDNOW: one category, so the question is whether a customer comes back; everyone came first in the first twelve weeks. */
function cdnow(): PurchaseStudy {
  const [, ...lines] = readText('cdnow/CDNOW_master.txt.gz').trim().split('\n').map((line) => line.trim().split(/\s+/)); // prettier-ignore
  const parse = timeParser('YYYYMMDD');
  const user = textColumn(lines.map(([customer]) => customer));
  const day = Int32Array.from(lines, ([, date]) => parse(date)! / 86_400_000);
  return {
    log: {
      user,
      category: { kind: 'text', dictionary: ['cd'], codes: new Int32Array(lines.length) },
      day,
      amount: Float64Array.from(lines, ([, , , value]) => Number(value)),
    },
    targets: ['cd'],
    samples: { observationDays: 270, related: ['cd'], split: 'time' },
    followUpDay: day.reduce((first, each) => Math.min(first, each)) + 180,
  };
}

/** Whole days since 1970-01-01 of ISO times. */
function daysOf({ dictionary, codes }: TextColumn): Int32Array {
  const parse = timeParser('iso');
  const days = dictionary.map((text) => Math.floor(parse(text ?? '')! / 86_400_000));
  return codes.map((code) => days[code]);
}

function mapped({ dictionary, codes }: TextColumn, map: (text: string) => string | null): TextColumn {
  return { kind: 'text', dictionary: dictionary.map((text) => (text === null ? null : map(text))), codes };
}
