import type { Expression, Relation, TableDefinition } from '@holdfast/core/backend'

function scanOf(table: TableDefinition): Relation {
  return { node: 'scan', table, database: '' }
}

/** Parameters are the values of the key. */
export function byKey(table: TableDefinition): Relation {
  const conditions = table.primaryKey.map((name, index): Expression => {
    const { type } = table.columns.find((column) => column.name === name)!
    const column = { kind: 'column', name } as const
    const parameter = { kind: 'parameter', index, type } as const
    return { kind: 'call', function: 'equal', arguments: [column, parameter] }
  })
  const [only, ...more] = conditions
  const condition: Expression =
    more.length === 0 ? only! : { kind: 'call', function: 'and', arguments: conditions }
  return { node: 'filter', input: scanOf(table), condition }
}

const scans = new WeakMap<TableDefinition, Map<string, Relation>>()

/** One relation for each table, set of columns and purpose, so that its statement is found again. */
function remembered(table: TableDefinition, name: string, make: () => Relation): Relation {
  let relations = scans.get(table)
  if (relations === undefined) scans.set(table, (relations = new Map<string, Relation>()))
  let relation = relations.get(name)
  if (relation === undefined) relations.set(name, (relation = make()))
  return relation
}

function projected(input: Relation, columns: readonly string[]): Relation {
  return {
    node: 'project',
    input,
    columns: columns.map((name) => ({ name, expression: { kind: 'column', name } })),
  }
}

/** All rows in the order of the key. */
export function scanRelation(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `scan ${columns.join()}`, () =>
    projected(table.primaryKey.length === 0 ? scanOf(table) : inKeyOrder(table, scanOf(table)), columns),
  )
}

/** The first rows in the order of the key or, with its last key as the parameter, those that follow a page. */
export function pageRelation(
  table: TableDefinition,
  columns: readonly string[],
  count: number,
  after: boolean,
): Relation {
  return remembered(table, `${after ? 'next' : 'first'} ${columns.join()}`, () => {
    const rows: Relation = after
      ? { node: 'filter', input: scanOf(table), condition: keyCondition(table, 'greaterThan', false) }
      : scanOf(table)
    return projected({ node: 'limit', input: inKeyOrder(table, rows), count, offset: 0 }, columns)
  })
}

function inKeyOrder(table: TableDefinition, input: Relation): Relation {
  const terms = table.primaryKey.map(
    (name) => ({ expression: { kind: 'column', name }, direction: 'ascending', nulls: 'last' }) as const,
  )
  return { node: 'sort', input, terms }
}

/** A condition on the only key column, with the first parameter. */
function keyCondition(table: TableDefinition, name: 'greaterThan' | 'in', list: boolean): Expression {
  const [key] = table.primaryKey
  const { type } = table.columns.find((column) => column.name === key)!
  const parameter = { kind: 'parameter', index: 0, type } as const
  return {
    kind: 'call',
    function: name,
    arguments: [{ kind: 'column', name: key! }, list ? { ...parameter, list } : parameter],
  }
}

/** The rows of a list of keys, or of one key where it has several columns. */
export function keysRelation(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `keys ${columns.join()}`, () => {
    const condition = keyCondition(table, 'in', true)
    const rows: Relation =
      table.primaryKey.length > 1 ? byKey(table) : { node: 'filter', input: scanOf(table), condition }
    return projected(rows, columns)
  })
}
