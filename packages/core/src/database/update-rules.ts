import { HoldfastError } from '../backend/errors.js'
import { typeOfExpression } from '../expression/index.js'
import type { Expression, FunctionName } from '../expression/index.js'
import { columnsRead, substitute } from '../plan/expressions.js'
import { columnsOfTable } from '../relation/index.js'
import type { NamedExpression, RelationColumns } from '../relation/index.js'
import type { ColumnDefinition, LogicalType, TableDefinition } from '../schema/types.js'

/** Something that no row may become by an update. */
export interface UpdateRule {
  /** True of a row, as it is before the update, that would break the rule. */
  readonly violated: Expression
  readonly error: (key: unknown) => HoldfastError
}

/** What has to be looked at before an update: columns that could become null or too large, checks on what changes (WRITE-6). */
export function rulesOf(table: TableDefinition, set: readonly NamedExpression[]): readonly UpdateRule[] {
  const columns = columnsOfTable(table)
  const assigned = new Map(set.map(({ name, expression }) => [name, expression]))
  return [
    ...table.columns.flatMap((column) => valueRules(table, column, assigned.get(column.name), columns)),
    ...checkRules(table, new Map(set.map(({ name, expression }) => [name, comparable(name, expression)]))),
  ]
}

function valueRules(
  table: TableDefinition,
  column: ColumnDefinition,
  value: Expression | undefined,
  columns: RelationColumns,
): UpdateRule[] {
  if (value === undefined || value.kind === 'literal') return []
  const given = typeOfExpression(value, columns)
  const details = { table: table.name, column: column.name, path: `update.${column.name}` }
  const rules: UpdateRule[] = []
  if (given.nullable && !column.nullable) {
    const message = `The update would make "${column.name}" null, which it cannot be: give another value with coalesce.`
    rules.push({
      violated: call('isNull', [value]),
      error: (key) => new HoldfastError('INVALID_VALUE', message, { ...details, key }),
    })
  }
  if (
    given.type.name === 'decimal' &&
    column.type.name === 'decimal' &&
    given.type.precision > column.type.precision
  ) {
    const message = `The update would give "${column.name}" more digits than it holds (${column.type.precision}).`
    rules.push({
      violated: isOutside(value, given.type, 10n ** BigInt(column.type.precision)),
      error: (key) => new HoldfastError('INVALID_VALUE', message, { ...details, key }),
    })
  }
  return rules
}

function checkRules(table: TableDefinition, assigned: ReadonlyMap<string, Expression>): UpdateRule[] {
  return table.checks
    .filter(({ condition }) => [...columnsRead([condition])].some((name) => assigned.has(name)))
    .map(({ name, condition }) => ({
      violated: call('not', [substitute(condition, assigned)]),
      error: (key) =>
        new HoldfastError(
          'CHECK_VIOLATION',
          `The update would make a row of "${table.name}" fail the check "${name}".`,
          {
            table: table.name,
            key,
          },
        ),
    }))
}

/** Nobody may compare with the literal null (NULL-3), but a check must hold for a column that is set to it. */
function comparable(name: string, value: Expression): Expression {
  if (value.kind !== 'literal' || value.value !== null) return value
  const never: Expression = { kind: 'literal', type: { name: 'boolean' }, value: false }
  return call('case', [never, { kind: 'column', name }, value])
}

function isOutside(value: Expression, type: LogicalType, bound: bigint): Expression {
  const literal = (stored: bigint): Expression => ({ kind: 'literal', type, value: stored })
  return call('or', [
    call('greaterOrEqual', [value, literal(bound)]),
    call('lessOrEqual', [value, literal(-bound)]),
  ])
}

function call(name: FunctionName, parts: readonly Expression[]): Expression {
  return { kind: 'call', function: name, arguments: parts }
}
