import { relationToJson } from '../../relation/json.js'
import type { Relation } from '../../relation/types.js'
import type { ColumnDefinition, TableDefinition } from '../../schema/types.js'
import { userRow } from '../user-row.js'
import { describeType } from '../generate/types.js'
import type { TableCase } from '../generate/tables.js'
import { printName, printValue } from './print.js'
import { describeRelation } from './relation.js'

/** The case as a program: tables, rows, queries. */
export function printQueryCase(tables: readonly TableCase[], queries: readonly Relation[]): string {
  return [...tables.map(printTable), ...queries.map(printQuery)].join('\n')
}

/** Lines that declare, create and fill a table. */
export function printTable({ definition, rows }: Pick<TableCase, 'definition' | 'rows'>): string {
  const lines = [printDefinition(definition), `await db.ensure(${definition.name})`]
  if (rows.length > 0) {
    const printed = rows.map((row) => `  ${printValue(userRow(definition, row))},`)
    lines.push(`await db.table(${definition.name}).insert([`, ...printed, '])')
  }
  return lines.join('\n')
}

export function printDefinition(definition: TableDefinition): string {
  const columns = definition.columns.map((column) => `${printName(column.name)}: ${printColumn(column)}`)
  const indexes = definition.indexes.map(
    ({ name, columns: names, unique }) =>
      `{ name: ${printValue(name)}, columns: ${printValue(names)}${unique ? ', unique: true' : ''} }`,
  )
  const options = [
    `primaryKey: ${printValue(definition.primaryKey)}`,
    ...(indexes.length === 0 ? [] : [`indexes: [${indexes.join(', ')}]`]),
    ...(definition.checks.length === 0
      ? []
      : [`checks: ${definition.checks.map(({ name }) => name).join(', ')}`]),
  ]
  return `const ${definition.name} = table('${definition.name}', { ${columns.join(', ')} }, { ${options.join(', ')} })`
}

function printColumn(column: ColumnDefinition): string {
  const defaults = column.default === undefined ? '' : `.default(${printDefault(column.default)})`
  return [
    describeType(column.type),
    column.nullable ? '.nullable()' : '',
    column.generated === undefined ? '' : '.generated()',
    column.version === undefined ? '' : '.version()',
    defaults,
  ].join('')
}

function printDefault(value: NonNullable<ColumnDefinition['default']>): string {
  return value.kind === 'value' ? printValue(value.value) : printValue(value.kind)
}

/** The query in words, then the line that runs it. */
export function printQuery(relation: Relation): string {
  return [
    `// ${describeRelation(relation)}`,
    `await db.query(${JSON.stringify(relationToJson(relation))}).all()`,
  ].join('\n')
}
