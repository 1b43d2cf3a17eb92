import type { Expression, Relation, SortTerm, TableDefinition } from '@holdfast/core/backend'

/**
 * What engines read of a table by its key, as relations: for each table, purpose and set of columns one and the same, so
 * that what was compiled of it is found again.
 */

/** The whole row with a key. Parameters are the values of the key. */
export function rowByKey(table: TableDefinition): Relation {
  return remembered(table, 'row', () => ({
    node: 'filter',
    input: scanOf(table),
    condition: keyEquals(table),
  }))
}

/** Columns of all rows, in no certain order. */
export function tableRows(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `rows ${columns.join()}`, () => projected(scanOf(table), columns))
}

/** Columns of all rows in the order of the key, where the table has one. */
export function tableInKeyOrder(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `ordered ${columns.join()}`, () => {
    const rows = scanOf(table)
    return projected(table.primaryKey.length === 0 ? rows : inKeyOrder(table, rows), columns)
  })
}

/**
 * The first rows of a table in the order of its key, which is one column; or the rows after a key, which is the parameter.
 *
 * @param count rows of a page
 */
export function keyPage(
  table: TableDefinition,
  columns: readonly string[],
  count: number,
  place: 'first' | 'next',
): Relation {
  return remembered(table, `${place} ${count} ${columns.join()}`, () => {
    const rows = place === 'first' ? scanOf(table) : filteredByKey(table, 'greaterThan')
    return projected({ node: 'limit', input: inKeyOrder(table, rows), count, offset: 0 }, columns)
  })
}

/**
 * Columns of the rows with certain keys, in no certain order. The parameter is a list of keys where the key is one column;
 * where it has several, the parameters are the values of one key.
 */
export function rowsByKeys(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `keys ${columns.join()}`, () =>
    projected(table.primaryKey.length === 1 ? filteredByKey(table, 'in') : rowByKey(table), columns),
  )
}

/** Whether sorting by these terms puts the rows of a table in the order of its key. */
export function isKeyOrder(terms: readonly SortTerm[], { primaryKey }: TableDefinition): boolean {
  return (
    primaryKey.length > 0 &&
    terms.length === primaryKey.length &&
    terms.every(
      ({ expression, direction }, index) =>
        direction === 'ascending' && expression.kind === 'column' && expression.name === primaryKey[index],
    )
  )
}

const relations = new WeakMap<TableDefinition, Map<string, Relation>>()

function remembered(table: TableDefinition, name: string, make: () => Relation): Relation {
  let known = relations.get(table)
  if (known === undefined) relations.set(table, (known = new Map<string, Relation>()))
  let relation = known.get(name)
  if (relation === undefined) known.set(name, (relation = make()))
  return relation
}

function scanOf(table: TableDefinition): Relation {
  return { node: 'scan', table, database: '' }
}

function projected(input: Relation, columns: readonly string[]): Relation {
  return { node: 'project', input, columns: columns.map((name) => ({ name, expression: columnNamed(name) })) }
}

function inKeyOrder({ primaryKey }: TableDefinition, input: Relation): Relation {
  const terms = primaryKey.map((name): SortTerm => {
    return { expression: columnNamed(name), direction: 'ascending', nulls: 'last' }
  })
  return { node: 'sort', input, terms }
}

function keyEquals(table: TableDefinition): Expression {
  const conditions = table.primaryKey.map((_, index) => keyCondition(table, index, 'equal'))
  const [only, ...more] = conditions
  return more.length === 0 ? only! : { kind: 'call', function: 'and', arguments: conditions }
}

function filteredByKey(table: TableDefinition, comparison: 'greaterThan' | 'in'): Relation {
  return { node: 'filter', input: scanOf(table), condition: keyCondition(table, 0, comparison) }
}

/** Compares a column of the key with the parameter of its position. */
function keyCondition(
  { primaryKey, columns }: TableDefinition,
  index: number,
  comparison: 'equal' | 'greaterThan' | 'in',
): Expression {
  const name = primaryKey[index]!
  const { type } = columns.find((column) => column.name === name)!
  const parameter = { kind: 'parameter', index, type } as const
  return {
    kind: 'call',
    function: comparison,
    arguments: [columnNamed(name), comparison === 'in' ? { ...parameter, list: true } : parameter],
  }
}

const columnNamed = (name: string): Expression => ({ kind: 'column', name })
