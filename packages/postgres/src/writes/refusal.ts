import { duplicateKey, indexLayoutOf, tupleIdentity, uniqueViolation } from '@holdfast/core/backend'
import type { IndexDefinition, Key, StoredRow, StoredValue } from '@holdfast/core/backend'
import type { Run } from '../access.js'
import { textDecoder } from '../codec/decode-text.js'
import { toWriteError } from '../errors.js'
import { constraintOf, sqlStateOf } from '../wire/exchange-error.js'
import { columnArrays, unnested } from './layout.js'
import type { TableLayout, WrittenColumn } from './layout.js'

const uniqueness = '23505'

/** What a constraint that refused a row stands for. */
export function refusedBy(error: unknown, layout: TableLayout): 'key' | IndexDefinition | undefined {
  return sqlStateOf(error) === uniqueness ? layout.meaningOf(constraintOf(error)) : undefined
}

/** What a refused row violates, whose key is known if it had one. */
export function refusedRow(error: unknown, layout: TableLayout, key: Key | undefined): Error {
  const by = refusedBy(error, layout)
  if (by === 'key' && key !== undefined) return duplicateKey(layout.table, key)
  if (by !== undefined && by !== 'key') return uniqueViolation(layout.table, by, key)
  return toWriteError(error, { table: layout.table.name })
}

/**
 * The error that says which of many rows was refused: PostgreSQL tells the constraint only. Nothing of the rows is there
 * any more, so the first one is looked for that meets what is there, or one before it.
 */
export async function refusedRows(
  error: unknown,
  layout: TableLayout,
  rows: readonly StoredRow[],
  run: Run,
): Promise<Error> {
  const by = refusedBy(error, layout)
  if (by === undefined) return toWriteError(error, { table: layout.table.name })
  const given = rows.filter((row) => layout.generated === undefined || row[layout.generated.name] != null)
  if (by === 'key') {
    const row = await firstTaken(layout, layout.key, given, run)
    return row === undefined
      ? refusedRow(error, layout, undefined)
      : duplicateKey(layout.table, layout.keyOf(row))
  }
  const { valuesOf } = indexLayoutOf(layout.table, by)
  const columns = by.columns.map((name) => layout.column(name))
  const row = await firstTaken(
    layout,
    columns,
    rows.filter((candidate) => valuesOf(candidate) !== undefined),
    run,
  )
  const hasKey = row !== undefined && given.includes(row)
  return uniqueViolation(layout.table, by, hasKey ? layout.keyOf(row) : undefined)
}

/** The first row whose values in these columns another row holds: of another key, or one before it. */
async function firstTaken(
  layout: TableLayout,
  columns: readonly WrittenColumn[],
  rows: readonly StoredRow[],
  run: Run,
): Promise<StoredRow | undefined> {
  const types = columns.map(({ name }) => layout.table.columns.find((column) => column.name === name)!.type)
  const decoders = types.map(textDecoder)
  const identityOf = tupleIdentity(types)
  const taken = new Set<unknown>()
  const names = columns.map(({ quoted }) => quoted).join(', ')
  await run([
    {
      text: `SELECT ${names} FROM ${layout.name} WHERE (${names}) IN (SELECT * FROM ${unnested(columns)})`,
      values: columnArrays(columns, rows),
      onRow: (fields) =>
        void taken.add(
          identityOf(
            fields.map((field, index): StoredValue => decoders[index]!(field!, columns[index]!.name)),
          ),
        ),
    },
  ])
  return rows.find((row) => {
    const identity = identityOf(columns.map(({ name }) => row[name]!))
    return taken.has(identity) || !taken.add(identity)
  })
}
