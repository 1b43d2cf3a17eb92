import { facts, column, ascending, project, window, over, answers } from './relation-notation.js'
import type { RelationFact } from './relation-notation.js'

/** WIN-1 to WIN-3, written out. */
export const windowFacts: readonly RelationFact[] = [
  {
    rule: 'WIN-1',
    query: project(
      window(facts, over('rowNumber', undefined, { orderBy: [ascending('number')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 4],
      [2, 5],
      [3, 3],
      [4, 1],
      [5, 6],
      [6, 2],
    ]),
  },
  {
    rule: 'WIN-1',
    query: project(
      window(facts, over('rank', undefined, { orderBy: [ascending('number')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 4],
      [2, 5],
      [3, 3],
      [4, 1],
      [5, 5],
      [6, 1],
    ]),
  },
  {
    rule: 'WIN-1',
    query: project(
      window(facts, over('denseRank', undefined, { orderBy: [ascending('number')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 3],
      [2, 4],
      [3, 2],
      [4, 1],
      [5, 4],
      [6, 1],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(window(facts, over('sum', 'number', { orderBy: [ascending('id')] })), 'id', 'answer'),
    answer: answers([
      [1, 10n],
      [2, 10n],
      [3, 17n],
      [4, 20n],
      [5, 20n],
      [6, 23n],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(
      window(facts, over('maximum', 'number', { partitionBy: [column('group')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 10],
      [2, 3],
      [3, 7],
      [4, 10],
      [5, 7],
      [6, 3],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(
      window(facts, over('sum', 'number', { orderBy: [ascending('id')], frame: { start: -1, end: 1 } })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 10n],
      [2, 17n],
      [3, 10n],
      [4, 10n],
      [5, 6n],
      [6, 3n],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(
      window(facts, over('count', undefined, { orderBy: [ascending('id')], frame: { start: 5 } })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 1],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 0],
      [6, 0],
    ]),
  },
  {
    rule: 'WIN-2',
    query: project(
      window(facts, over('minimum', 'number', { orderBy: [ascending('id')], frame: { start: 2, end: 3 } })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 3],
      [2, 3],
      [3, 3],
      [4, 3],
      [5, null],
      [6, null],
    ]),
  },
  {
    rule: 'WIN-3',
    query: project(
      window(facts, over('lag', 'number', { partitionBy: [column('group')], orderBy: [ascending('id')] })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, null],
      [2, null],
      [3, null],
      [4, 10],
      [5, 7],
      [6, null],
    ]),
  },
  {
    rule: 'WIN-3',
    query: project(
      window(facts, over('lead', 'id', { orderBy: [ascending('id')], offset: 4 })),
      'id',
      'answer',
    ),
    answer: answers([
      [1, 5],
      [2, 6],
      [3, null],
      [4, null],
      [5, null],
      [6, null],
    ]),
  },
]
