import { conjuncts } from '@holdfast/core/backend'
import type { DeleteWhere, Expression, TableDefinition, UpdateWhere } from '@holdfast/core/backend'
import type { Dialect } from './dialect.js'
import { compileExpression } from './expression.js'
import type { Scope } from './expression.js'
import { balanced, reference, sql } from './fragment.js'
import type { Fragment, Source } from './fragment.js'
import { compileScan } from './nodes/rows.js'
import { Refusal } from './refusal.js'
import { Writer } from './writer.js'
import type { Statement } from './writer.js'

/** `update ... set ... where` with exactly core's meaning, raising the version column; undefined if it cannot be expressed. */
export function compileUpdate(request: UpdateWhere, dialect: Dialect): Statement | undefined {
  return attempt(() => {
    const { scope, source } = tableScope(request.table, dialect)
    const assignments = request.set.map(({ name, expression }) => {
      const value = compileExpression(expression, scope).sql
      return [name, assigned(value, name, request.table, dialect)] as const
    })
    const version = request.table.columns.find((column) => column.version === true)
    if (version !== undefined) {
      assignments.push([version.name, sql`${reference(source, version.name)} + 1`])
    }
    const writer = new Writer(dialect)
    writer.text(
      `${dialect.update?.(request.table) ?? 'UPDATE'} ${dialect.table(request.table)} AS ${writer.alias(source)} SET `,
    )
    assignments.forEach(([name, value], index) => {
      writer.text(`${index === 0 ? '' : ', '}${dialect.quote(name)} = `).fragment(value)
    })
    return writeWhere(writer, request.condition, scope)
  })
}

/** `delete from ... where` with exactly core's meaning; undefined if it cannot be expressed. */
export function compileDelete(request: DeleteWhere, dialect: Dialect): Statement | undefined {
  return attempt(() => {
    const { scope, source } = tableScope(request.table, dialect)
    const writer = new Writer(dialect)
    writer.text(`DELETE FROM ${dialect.table(request.table)} AS ${writer.alias(source)}`)
    return writeWhere(writer, request.condition, scope)
  })
}

/**
 * An expression over the columns of a table, which are written by their names alone: for what belongs to the table itself,
 * such as an index. Undefined if it cannot be expressed.
 */
export function compileTableExpression(
  table: TableDefinition,
  expression: Expression,
  dialect: Dialect,
): Statement | undefined {
  return attempt(() => {
    const { scope, source } = tableScope(table, dialect)
    return new Writer(dialect, source).fragment(compileExpression(expression, scope).sql).finish()
  })
}

function assigned(value: Fragment, name: string, table: TableDefinition, dialect: Dialect): Fragment {
  const column = table.columns.find((candidate) => candidate.name === name)!
  return dialect.assigned?.(value, column, table) ?? value
}

function tableScope(table: TableDefinition, dialect: Dialect): { scope: Scope; source: Source } {
  const block = compileScan({ node: 'scan', table, database: '' }, dialect)
  if (block.from.kind !== 'table') throw new Refusal('a scan reads a table')
  return { scope: { dialect, columns: block.columns }, source: block.from.source }
}

function writeWhere(writer: Writer, condition: Expression | undefined, scope: Scope): Statement {
  if (condition !== undefined) {
    // One by one, as in a filter: together they might be too long.
    const conditions = conjuncts(condition).map((conjunct) => compileExpression(conjunct, scope).sql)
    writer.text(' WHERE ').fragment(balanced(conditions, 'AND'))
  }
  return writer.finish()
}

function attempt(compile: () => Statement): Statement | undefined {
  try {
    return compile()
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
