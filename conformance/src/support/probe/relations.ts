import type { Expression, Relation } from '@holdfast/core/backend'
import type { RelationName } from '../capabilities.ts'
import type { Form, Query } from './trial.ts'
import { column, columnOf, constantOf, integers, scan } from './values.ts'

const integer = columnOf(integers, 'first')
const greater: Expression = {
  kind: 'call',
  function: 'greaterThan',
  arguments: [integer, constantOf(integers)],
}
const named = (name: string, expression: Expression = column(name)) => ({ name, expression })
const kinds: Relation = { node: 'project', input: scan, columns: [named('id'), named('kind')] }

/** The same rows under other names, so that they can be joined. */
const others: Relation = {
  node: 'project',
  input: scan,
  columns: [named('other', column('id')), named('number', columnOf(integers, 'second'))],
}

const join = (kind: 'inner' | 'left', test: 'equal' | 'lessThan'): Relation => ({
  node: 'join',
  kind,
  left: { node: 'project', input: scan, columns: [named('id'), named('integer', integer)] },
  right: others,
  condition: { kind: 'call', function: test, arguments: [column('integer'), column('number')] },
})

const joins = (kind: 'inner' | 'left'): readonly (readonly [label: string, Relation])[] => [
  ['joins by equality', join(kind, 'equal')],
  ['joins by other conditions', join(kind, 'lessThan')],
]

const counting = [{ name: 'rows', function: 'count' }] as const

/** For each node its forms. */
const relations: Readonly<Record<RelationName, readonly (readonly [label: string, Relation])[]>> = {
  scan: [['', scan]],
  filter: [['', { node: 'filter', input: scan, condition: greater }]],
  project: [['', { node: 'project', input: scan, columns: [named('id'), named('answer', greater)] }]],
  aggregate: [
    ['groups', { node: 'aggregate', input: scan, groups: [named('kind')], aggregates: counting }],
    ['all rows as one group', { node: 'aggregate', input: scan, groups: [], aggregates: counting }],
  ],
  sort: [
    [
      '',
      {
        node: 'sort',
        input: kinds,
        terms: [{ expression: column('kind'), direction: 'descending', nulls: 'last' }],
      },
    ],
  ],
  limit: [['', { node: 'limit', input: kinds, count: 2, offset: 1 }]],
  distinct: [['', { node: 'distinct', input: { node: 'project', input: scan, columns: [named('kind')] } }]],
  inner: joins('inner'),
  left: joins('left'),
  window: [
    [
      '',
      {
        node: 'window',
        input: kinds,
        columns: [{ name: 'answer', function: 'rowNumber', partitionBy: [column('kind')], orderBy: [] }],
      },
    ],
  ],
}

/** The forms in which a node is asked for. */
export function relationForms(name: RelationName): readonly Form[] {
  const kind = name === 'inner' || name === 'left' ? 'join' : name
  const part: Query['part'] = ({ node }) => node === kind
  return relations[name].map(([label, relation]) => ({ label, what: `${name} ${label}`, relation, part }))
}
