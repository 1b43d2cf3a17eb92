import { call } from '../generate/expressions/call.js'
import { bigint } from './notation.js'
import { facts, none, column, descending, filter, limit, aggregate, of } from './relation-notation.js'
import type { RelationFact } from './relation-notation.js'

/** AGG-1 to AGG-7, and what groups are, written out. */
export const aggregateFacts: readonly RelationFact[] = [
  {
    rule: 'NULL-6',
    query: aggregate(facts, ['group'], of('count'), of('count', 'number'), of('sum', 'number')),
    answer: [
      { group: 'a', count_rows: 2, count_number: 2, sum_number: 13n },
      { group: 'b', count_rows: 2, count_number: 1, sum_number: 3n },
      { group: null, count_rows: 2, count_number: 1, sum_number: 7n },
    ],
  },
  {
    rule: 'AGG-1',
    query: aggregate(
      none,
      [],
      of('count'),
      of('countDistinct', 'number'),
      of('sum', 'number'),
      of('average', 'number'),
      of('minimum', 'name'),
      of('maximum', 'name'),
      of('standardDeviation', 'ratio'),
      of('median', 'ratio'),
      of('first', 'name', { orderBy: [] }),
    ),
    answer: [
      {
        count_rows: 0,
        countDistinct_number: 0,
        sum_number: null,
        average_number: null,
        minimum_name: null,
        maximum_name: null,
        standardDeviation_ratio: null,
        median_ratio: null,
        first_name: null,
      },
    ],
  },
  { rule: 'AGG-1', query: aggregate(none, ['group'], of('count')), answer: [] },
  { rule: 'AGG-2', query: aggregate(facts, [], of('sum', 'big')), answer: [{ sum_big: 2n ** 63n - 1n }] },
  {
    rule: 'AGG-2',
    query: aggregate(filter(facts, call('greaterThan', [column('big'), bigint(0n)])), [], of('sum', 'big')),
    answer: 'NUMERIC_OVERFLOW',
  },
  { rule: 'AGG-2', query: aggregate(facts, [], of('sum', 'price')), answer: [{ sum_price: '1.30' }] },
  { rule: 'AGG-3', query: aggregate(facts, [], of('sum', 'ratio')), answer: [{ sum_ratio: 5.25 }] },
  {
    rule: 'AGG-4',
    query: aggregate(facts, [], of('average', 'number'), of('average', 'price'), of('average', 'ratio')),
    answer: [{ average_number: 5.75, average_price: 130 / 3 / 100, average_ratio: 1.3125 }],
  },
  {
    rule: 'AGG-4',
    query: aggregate(facts, [], of('average', 'big')),
    answer: [{ average_big: 2 ** 63 / 3 }],
  },
  {
    rule: 'AGG-5',
    query: aggregate(
      facts,
      [],
      of('minimum', 'name'),
      of('maximum', 'name'),
      of('countDistinct', 'document'),
    ),
    answer: [{ minimum_name: '', maximum_name: '\u{1f600}', countDistinct_document: 2 }],
  },
  {
    rule: 'AGG-5',
    query: aggregate(facts, [], of('countDistinct', 'number')),
    answer: [{ countDistinct_number: 3 }],
  },
  {
    rule: 'JSON-2',
    query: aggregate(facts, ['document'], of('count')),
    answer: [
      { document: [1], count_rows: 1 },
      { document: { k: 1 }, count_rows: 2 },
      { document: null, count_rows: 3 },
    ],
  },
  {
    rule: 'AGG-6',
    query: aggregate(
      facts,
      [],
      of('standardDeviation', 'number'),
      of('median', 'number'),
      of('quantile', 'number', { fraction: 0.25 }),
      of('quantile', 'ratio', { fraction: 1 }),
    ),
    answer: [
      {
        standardDeviation_number: Math.sqrt((4.25 ** 2 + 1.25 ** 2 + 2.75 ** 2 + 2.75 ** 2) / 3),
        median_number: 5,
        quantile_number: 3,
        quantile_ratio: 4,
      },
    ],
  },
  {
    rule: 'AGG-6',
    query: aggregate(limit(facts, 1), [], of('standardDeviation', 'number'), of('median', 'number')),
    answer: [{ standardDeviation_number: null, median_number: 10 }],
  },
  {
    rule: 'AGG-7',
    query: aggregate(
      facts,
      ['group'],
      of('first', 'number', { orderBy: [] }),
      of('last', 'name', { orderBy: [descending('ratio')] }),
    ),
    answer: [
      { group: 'a', first_number: 10, last_name: 'a' },
      { group: 'b', first_number: null, last_name: '\ue000' },
      { group: null, first_number: 7, last_name: null },
    ],
  },
]
