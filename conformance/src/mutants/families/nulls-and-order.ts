import type { Expression, Literal, Relation, StoredRow } from '@holdfast/core/backend'
import { answers, runs } from '../defects.ts'
import type { MutantFamily } from '../mutant.ts'
import { callOf, changing, nodesOf, rewriting, swap } from '../relations.ts'

const no: Literal = { kind: 'literal', type: { name: 'boolean' }, value: false }
const unknownIsFalse = (condition: Expression): Expression => callOf('coalesce', condition, no)

/** The columns of type text by which the answer is sorted first. */
function firstTextTerm(relation: Relation): string | undefined {
  if (relation.node !== 'sort') return undefined
  const expression = relation.terms[0]?.expression
  if (expression?.kind !== 'column') return undefined
  const { name } = expression
  const scans = nodesOf(relation).flatMap((node) => (node.node === 'scan' ? [node.table] : []))
  const column = scans.flatMap(({ columns }) => columns).find((candidate) => candidate.name === name)
  return column?.type.name === 'text' ? name : undefined
}

function resorted(compare: (left: string, right: string) => number) {
  return (rows: StoredRow[], relation: Relation): StoredRow[] => {
    const name = firstTextTerm(relation)
    if (name === undefined || rows.some((row) => typeof row[name] !== 'string')) return rows
    const sign = relation.node === 'sort' && relation.terms[0]?.direction === 'descending' ? -1 : 1
    return rows.toSorted((left, right) => sign * compare(String(left[name]), String(right[name])))
  }
}

export const nullsAndOrder: MutantFamily = {
  family: 'nulls and order',
  mutants: [
    runs(
      'sorts nulls first',
      'facts/relations',
      changing('sort', (node) => ({
        ...node,
        terms: node.terms.map((term) => ({ ...term, nulls: 'first' })),
      })),
    ),
    runs(
      'takes null for the greatest value, in both directions',
      'facts/relations',
      changing('sort', (node) => ({
        ...node,
        terms: node.terms.map((term) => ({
          ...term,
          nulls: term.direction === 'ascending' ? 'last' : 'first',
        })),
      })),
    ),
    runs(
      'sorts upwards only',
      'facts/relations',
      changing('sort', (node) => ({
        ...node,
        terms: node.terms.map((term) => ({ ...term, direction: 'ascending' })),
      })),
    ),
    runs(
      'sorts by the first term alone',
      'facts/relations',
      changing('sort', (node) => ({ ...node, terms: node.terms.slice(0, 1) })),
    ),
    answers(
      'sorts texts by UTF-16 units',
      'types/boundaries',
      resorted((left, right) => (left < right ? -1 : left > right ? 1 : 0)),
    ),
    answers(
      'sorts texts as a dictionary does',
      'types/boundaries',
      resorted((left, right) => left.localeCompare(right, 'en')),
    ),
    runs('takes isDistinctFrom for notEqual', 'facts/nulls', swap('isDistinctFrom', 'notEqual')),
    runs(
      'takes unknown for false below not',
      'facts/nulls',
      rewriting('not', ({ arguments: [condition] }) => callOf('not', unknownIsFalse(condition!))),
    ),
    runs(
      'takes null for no member of any list',
      'facts/nulls',
      rewriting('in', (call) => unknownIsFalse(call)),
    ),
    runs(
      'decides or by its first condition when that is unknown',
      'facts/nulls',
      rewriting('or', ({ arguments: [first, ...rest] }) =>
        callOf(
          'case',
          callOf('isNull', first!),
          { kind: 'literal', type: { name: 'boolean' }, value: null },
          callOf('or', first!, ...rest),
        ),
      ),
    ),
    runs(
      'leaves the group of nulls out',
      'facts/relations',
      changing('aggregate', (node) => {
        const [group] = node.groups
        if (group === undefined) return node
        const condition = callOf('not', callOf('isNull', group.expression))
        return { ...node, input: { node: 'filter', input: node.input, condition } }
      }),
    ),
    answers('gives no row for an aggregate over nothing', 'facts/relations', (rows, relation) =>
      nodesOf(relation).some((node) => node.node === 'aggregate' && node.groups.length === 0)
        ? rows.filter((row) => Object.values(row).some((value) => value !== null && value !== 0))
        : rows,
    ),
  ],
}
