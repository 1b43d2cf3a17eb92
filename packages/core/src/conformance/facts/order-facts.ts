import { call } from '../generate/expressions/call.js'
import { boolean, integer } from './notation.js'
import {
  facts,
  column,
  ascending,
  descending,
  project,
  filter,
  sort,
  limit,
  ids,
  byId,
  renamedIds,
} from './relation-notation.js'
import type { RelationFact } from './relation-notation.js'

/** NULL-1, NULL-2, NULL-6, ORDER-1 to ORDER-5, written out. */
export const orderFacts: readonly RelationFact[] = [
  { rule: 'NULL-1', query: project(sort(facts, ascending('number')), 'id'), answer: ids(4, 6, 3, 1, 2, 5) },
  { rule: 'NULL-1', query: project(sort(facts, descending('number')), 'id'), answer: ids(1, 3, 4, 6, 2, 5) },
  {
    rule: 'NULL-1',
    query: project(sort(facts, ascending('number', 'first')), 'id'),
    answer: ids(2, 5, 4, 6, 3, 1),
  },
  {
    rule: 'NULL-1',
    query: project(sort(facts, descending('number', 'first')), 'id'),
    answer: ids(2, 5, 1, 3, 4, 6),
  },
  {
    rule: 'NULL-2',
    query: project(filter(facts, call('not', [call('equal', [column('number'), integer(3)])])), 'id'),
    answer: ids(1, 3),
  },
  { rule: 'NULL-2', query: project(filter(facts, boolean(false)), 'id'), answer: [] },
  {
    rule: 'NULL-6',
    query: { node: 'distinct', input: project(facts, 'group') },
    answer: [{ group: 'a' }, { group: 'b' }, { group: null }],
  },
  { rule: 'ORDER-1', query: project(sort(facts, ascending('name')), 'id'), answer: ids(6, 3, 4, 2, 1, 5) },
  { rule: 'ORDER-1', query: project(sort(facts, descending('big')), 'id'), answer: ids(1, 2, 3, 4, 5, 6) },
  {
    rule: 'ORDER-1',
    query: project(sort(facts, ascending('group'), descending('number')), 'id'),
    answer: ids(1, 4, 6, 2, 3, 5),
  },
  {
    rule: 'ORDER-1',
    query: project(sort(facts, descending('group'), ascending('number', 'first')), 'id'),
    answer: ids(2, 6, 4, 1, 5, 3),
  },
  { rule: 'ORDER-2', query: byId, answer: ids(1, 2, 3, 4, 5, 6) },
  { rule: 'ORDER-2', query: project(sort(facts, descending('group')), 'id'), answer: ids(2, 6, 1, 4, 3, 5) },
  { rule: 'ORDER-3', query: limit(byId, 2), answer: ids(1, 2) },
  { rule: 'ORDER-3', query: limit(byId, 0), answer: [] },
  { rule: 'ORDER-3', query: limit(byId, 2, 4), answer: ids(5, 6) },
  { rule: 'ORDER-3', query: limit(byId, undefined, 4), answer: ids(5, 6) },
  { rule: 'ORDER-3', query: limit(byId, 3, 9), answer: [] },
  {
    rule: 'ORDER-3',
    query: project(limit(filter(facts, call('isNull', [column('number')])), 2), 'id'),
    answer: ids(2, 5),
  },
  {
    rule: 'ORDER-3',
    query: project(
      limit(sort(filter(facts, call('isNull', [column('ratio')])), descending('number')), 1),
      'id',
    ),
    answer: ids(3),
  },
  { rule: 'ORDER-3', query: limit(limit(byId, 4, 1), 9, 2), answer: ids(4, 5) },
  {
    rule: 'ORDER-3',
    query: project(filter(limit(facts, 3), call('isNull', [column('number')])), 'id'),
    answer: ids(2),
  },
  {
    rule: 'ORDER-3',
    query: project(limit(sort(facts, descending('number')), 2, 1), 'id'),
    answer: ids(3, 4),
  },
  {
    rule: 'ORDER-5',
    query: {
      node: 'join',
      kind: 'left',
      left: project(facts, 'id', 'number'),
      right: renamedIds(),
      condition: call('equal', [column('number'), column('other_number')]),
    },
    answer: [
      { id: 1, number: 10, other: 1, other_number: 10 },
      { id: 2, number: null, other: null, other_number: null },
      { id: 3, number: 7, other: 3, other_number: 7 },
      { id: 4, number: 3, other: 4, other_number: 3 },
      { id: 4, number: 3, other: 6, other_number: 3 },
      { id: 5, number: null, other: null, other_number: null },
      { id: 6, number: 3, other: 4, other_number: 3 },
      { id: 6, number: 3, other: 6, other_number: 3 },
    ],
  },
]
