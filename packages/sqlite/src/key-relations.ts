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
  return remembered(table, `scan ${columns.join()}`, () => {
    const rows = scanOf(table)
    if (table.primaryKey.length === 0) return projected(rows, columns)
    const terms = table.primaryKey.map(
      (name) => ({ expression: { kind: 'column', name }, direction: 'ascending', nulls: 'last' }) as const,
    )
    return projected({ node: 'sort', input: rows, terms }, columns)
  })
}

/** The rows of a list of keys, or of one key where it has several columns. */
export function keysRelation(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `keys ${columns.join()}`, () => {
    const [name, second] = table.primaryKey
    if (second !== undefined) return projected(byKey(table), columns)
    const { type } = table.columns.find((column) => column.name === name)!
    const condition: Expression = {
      kind: 'call',
      function: 'in',
      arguments: [
        { kind: 'column', name: name! },
        { kind: 'parameter', index: 0, type, list: true },
      ],
    }
    return projected({ node: 'filter', input: scanOf(table), condition }, columns)
  })
}
