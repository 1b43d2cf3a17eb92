import type { Parameters } from '../../backend/types.js'
import { operatorOf } from '../../evaluate/evaluate.js'
import { collect } from '../../evaluate/operator.js'
import { unlimited } from '../../evaluate/spill/workspace.js'
import { compileRowExpression } from '../../expression/compile.js'
import { columnsOf } from '../../relation/columns-of.js'
import type { Relation, SortTerm } from '../../relation/types.js'
import { comparatorOf, valueIdentity } from '../../schema/compare.js'
import type { LogicalType, StoredRow, StoredValue } from '../../schema/types.js'
import type { Data } from './tables.js'

/**
 * What a relation means, straight from the rules of docs/semantics.md and without any plan: every row carries its identity,
 * every node gives a list in its order. Slow and short; what the planner makes is compared with it.
 */
export async function naiveAnswer(relation: Relation, data: Data): Promise<StoredRow[]> {
  return (await new Naive(data).list(relation)).rows.map(({ row }) => row)
}

interface Identified {
  readonly row: StoredRow
  readonly identity: readonly StoredValue[]
}

interface List {
  readonly rows: readonly Identified[]
  readonly types: readonly LogicalType[]
  /** Rows of equal identity are equal, but still several. */
  readonly loose: boolean
}

const none: Parameters = []

class Naive {
  readonly #data: Data

  constructor(data: Data) {
    this.#data = data
  }

  async list(relation: Relation): Promise<List> {
    switch (relation.node) {
      case 'scan': {
        const { primaryKey, name } = relation.table
        const columns = columnsOf(relation)
        const names = primaryKey.length > 0 ? primaryKey : [...columns.keys()]
        const rows = this.#data
          .get(name)!
          .map((row) => ({ row: { ...row }, identity: names.map((key) => row[key]!) }))
        return byIdentity({
          rows,
          types: names.map((key) => columns.get(key)!.type),
          loose: primaryKey.length === 0,
        })
      }
      case 'filter': {
        const input = await this.list(relation.input)
        const value = compileRowExpression(relation.condition, columnsOf(relation.input))
        return { ...input, rows: input.rows.filter(({ row }) => value(row, none) === true) }
      }
      case 'project': {
        const input = await this.list(relation.input)
        const values = relation.columns.map(({ name, expression }) => ({
          name,
          value: compileRowExpression(expression, columnsOf(relation.input)),
        }))
        const project = (row: StoredRow) =>
          Object.fromEntries(values.map(({ name, value }) => [name, value(row, none)]))
        return { ...input, rows: input.rows.map(({ row, identity }) => ({ row: project(row), identity })) }
      }
      case 'sort': {
        const input = byIdentity(await this.list(relation.input))
        return { ...input, rows: sortedBy(input.rows, relation.terms, relation.input) }
      }
      case 'limit': {
        const input = await this.list(relation.input)
        const start = relation.offset as number
        const end = relation.count === undefined ? undefined : start + (relation.count as number)
        return { ...input, rows: input.rows.slice(start, end) }
      }
      case 'distinct': {
        const types = [...columnsOf(relation)].map(([, { type }]) => type)
        const identify = (row: StoredRow) => [...columnsOf(relation).keys()].map((name) => row[name]!)
        const { rows } = await this.list(relation.input)
        const keyOf = (row: StoredRow) =>
          identify(row)
            .map((value, index) => `${typeof value} ${String(valueIdentity(types[index]!)(value))}`)
            .join('|')
        const different = new Map(rows.map(({ row }) => [keyOf(row), row]))
        return byIdentity({
          rows: Array.from(different.values(), (row) => ({ row, identity: identify(row) })),
          types,
          loose: false,
        })
      }
      case 'aggregate': {
        // Over rows in the order of their identity, a stable order is one completed by the identity.
        const input = byIdentity(await this.list(relation.input))
        const rows = await this.#evaluate(
          relation,
          input.rows.map(({ row }) => row),
        )
        const columns = columnsOf(relation)
        const names = relation.groups.map(({ name }) => name)
        return byIdentity({
          rows: rows.map((row) => ({ row, identity: names.map((name) => row[name]!) })),
          types: names.map((name) => columns.get(name)!.type),
          loose: false,
        })
      }
      case 'join': {
        const left = await this.list(relation.left)
        const right = await this.list(relation.right)
        const value = compileRowExpression(
          relation.condition,
          new Map([...columnsOf(relation.left), ...columnsOf(relation.right)]),
        )
        const nothing: Identified = {
          row: Object.fromEntries([...columnsOf(relation.right).keys()].map((name) => [name, null])),
          identity: right.types.map(() => null),
        }
        const rows = left.rows.flatMap((one) => {
          const matches = right.rows.filter((other) => value({ ...one.row, ...other.row }, none) === true)
          const partners = matches.length === 0 && relation.kind === 'left' ? [nothing] : matches
          return partners.map((other) => ({
            row: { ...one.row, ...other.row },
            identity: [...one.identity, ...other.identity],
          }))
        })
        return byIdentity({ rows, types: [...left.types, ...right.types], loose: left.loose || right.loose })
      }
      case 'window': {
        let list = await this.list(relation.input)
        for (const column of relation.columns) {
          const inOrder = byIdentity(list)
          const node = { ...relation, columns: [column] }
          const rows = await this.#evaluate(
            node,
            inOrder.rows.map(({ row }) => row),
          )
          const values = new Map(inOrder.rows.map((entry, index) => [entry, rows[index]![column.name]!]))
          list = withValues(list, column.name, columnsOf(relation).get(column.name)!.type, values)
        }
        return list
      }
    }
  }

  async #evaluate(
    node: Extract<Relation, { node: 'aggregate' | 'window' }>,
    rows: StoredRow[],
  ): Promise<StoredRow[]> {
    const batches = rows.length === 0 ? [] : [rows.map((row) => ({ ...row }))]
    return collect(operatorOf(node, [columnsOf(node.input)])([batches], none, unlimited))
  }
}

function byIdentity(list: List): List {
  const compare = comparing(list.types)
  return { ...list, rows: list.rows.toSorted((left, right) => compare(left.identity, right.identity)) }
}

/** Ascending, nulls last. */
function comparing(types: readonly LogicalType[]) {
  const compare = types.map(comparatorOf)
  return (left: readonly StoredValue[], right: readonly StoredValue[]): number => {
    for (const [index, order] of compare.entries()) {
      const [one, other] = [left[index]!, right[index]!]
      const difference =
        one === null || other === null ? Number(one === null) - Number(other === null) : order(one, other)
      if (difference !== 0) return difference
    }
    return 0
  }
}

/** With a further column. Rows that were alike are told apart by it, and so ordered by it. */
function withValues(
  list: List,
  name: string,
  type: LogicalType,
  values: ReadonlyMap<Identified, StoredValue>,
): List {
  const added = (entry: Identified) => ({ ...entry.row, [name]: values.get(entry)! })
  if (!list.loose) return { ...list, rows: list.rows.map((entry) => ({ ...entry, row: added(entry) })) }
  const [compareOld, compareNew] = [comparing(list.types), comparing([type])]
  let place = 0
  const placed = list.rows.map((entry, index) => {
    if (index > 0 && compareOld(list.rows[index - 1]!.identity, entry.identity) !== 0) place++
    const value = values.get(entry)!
    return { place, value, entry: { row: added(entry), identity: [...entry.identity, value] } }
  })
  placed.sort((left, right) => left.place - right.place || compareNew([left.value], [right.value]))
  return { rows: placed.map(({ entry }) => entry), types: [...list.types, type], loose: true }
}

function sortedBy(
  rows: readonly Identified[],
  terms: readonly SortTerm[],
  input: Relation,
): readonly Identified[] {
  return terms.toReversed().reduce((list, { expression, direction, nulls }) => {
    const value = compileRowExpression(expression, columnsOf(input))
    const columns = new Map([
      ...columnsOf({ node: 'project', input, columns: [{ name: 'value', expression }] }),
    ])
    const compare = comparatorOf(columns.get('value')!.type)
    return list.toSorted(({ row: left }, { row: right }) => {
      const [one, other] = [value(left, none), value(right, none)]
      if (one === null || other === null)
        return (Number(one === null) - Number(other === null)) * (nulls === 'last' ? 1 : -1)
      return compare(one, other) * (direction === 'ascending' ? 1 : -1)
    })
  }, rows)
}
