import { HoldfastError, isHoldfastError } from '../../backend/errors.js'
import type { InsertChange } from '../../backend/types.js'
import type { Expression } from '../../expression/types.js'
import { takesExactly } from '../../plan/index.js'
import type { NamedExpression, Relation } from '../../relation/types.js'
import { defaultOf } from '../../schema/defaults.js'
import type { ColumnDefinition, FileReference, StoredRow, TableDefinition } from '../../schema/types.js'
import type { Call } from '../diagnostics.js'
import type { Scope } from '../scope.js'
import type { TableCodec } from '../table-codec.js'
import { requireKey } from '../table-writer.js'
import { describeFile, importedFileTable } from './file-table.js'

/** Rows that core writes at once. */
const rowsAtOnce = 10_000

type Policy = InsertChange['onConflict']

/** Inserts all rows of a file, or none; gives their number. */
export async function importFile(
  scope: Scope,
  codec: TableCodec,
  file: FileReference,
  onConflict: Policy,
  call: Call,
): Promise<number> {
  const { table } = codec
  const { connection } = scope
  scope.changeable()
  requireKey(table)
  const source = importedFileTable(
    table,
    await describeFile(connection, { file, purpose: 'names', columns: table.columns }, call.signal),
  )
  const now = Date.now()
  const count =
    (await importByEngine(scope, table, source, onConflict, call, now)) ??
    (await importByCore(scope, codec, source, onConflict, call, now))
  call.rows = count
  return count
}

/** Undefined where the engine cannot keep the rules for this table, or refuses a row without saying which. */
async function importByEngine(
  scope: Scope,
  table: TableDefinition,
  source: TableDefinition,
  onConflict: Policy,
  { signal }: Call,
  now: number,
): Promise<number | undefined> {
  const { engine, pushdown, name } = scope.connection
  const rows = rowsOf(table, { node: 'scan', table: source, database: name }, now)
  if (rows === undefined || pushdown === 'none' || !takesExactly(rows, engine)) return undefined
  const checked = table.checks.every(({ condition }) =>
    takesExactly({ node: 'filter', input: rows, condition }, engine),
  )
  if (!checked) return undefined
  const request = { table, rows, onConflict, ...(signal && { signal }) }
  return scope.change(
    (session) => (session.importFile === undefined ? undefined : session.importFile(request)),
    signal,
  )
}

/** The rows of a file as rows of the table; undefined where a column differs from row to row and is not in the file. */
function rowsOf(
  table: TableDefinition,
  scan: Relation & { node: 'scan' },
  now: number,
): Relation | undefined {
  const there = new Set(scan.table.columns.map(({ name }) => name))
  const columns: NamedExpression[] = []
  for (const column of table.columns) {
    const expression: Expression | undefined =
      there.has(column.name) && column.version === undefined
        ? { kind: 'column', name: column.name }
        : constantOf(column, now)
    if (expression === undefined) return undefined
    columns.push({ name: column.name, expression })
  }
  return { node: 'project', input: scan, columns }
}

function constantOf(column: ColumnDefinition, now: number): Expression | undefined {
  if (column.default?.kind === 'uuid' || column.generated !== undefined) return undefined
  const value = column.version === true ? 1 : defaultOf(column, now)
  return value === undefined ? undefined : { kind: 'literal', type: column.type, value }
}

/** Reads the file as it would be queried, and inserts its rows as if the caller had given them. */
async function importByCore(
  scope: Scope,
  codec: TableCodec,
  source: TableDefinition,
  onConflict: Policy,
  { signal }: Call,
  now: number,
): Promise<number> {
  const { engine } = scope.connection
  const { table, encodeRow } = codec
  const decode = codec.decoderOf(source)
  const work = async (inner: Scope): Promise<number> => {
    // In a transaction of the caller's only one write is undone by itself.
    const atOnce = inner === scope ? Number.POSITIVE_INFINITY : rowsAtOnce
    let rows: StoredRow[] = []
    let [read, written] = [0, 0]
    const write = async () => {
      const changes = [{ kind: 'insert', table, rows, onConflict }] as const
      rows = []
      const { counts } = await inner.change((session) =>
        session.write({ changes, ...(signal && { signal }) }),
      )
      written += counts[0] ?? 0
    }
    const columns = source.columns.map(({ name }) => name)
    for await (const batch of engine.scan({ table: source, columns, ...(signal && { signal }) })) {
      for (const row of batch) rows.push(encodeRow(decode(row), read++, now))
      if (rows.length >= atOnce) await write()
    }
    if (rows.length > 0) await write()
    return written
  }
  try {
    return await scope.atomically(work, signal)
  } catch (error) {
    throw inFile(error, source)
  }
}

/** What was wrong with the rows of a file says which file. */
function inFile(error: unknown, { name, file }: TableDefinition): unknown {
  if (!isHoldfastError(error) || error.message.includes(file!.path)) return error
  const { code, message, key, column, path, cause } = error
  return new HoldfastError(code, `${file!.path}: ${message}`, {
    table: name,
    ...(key !== undefined && { key }),
    ...(column !== undefined && { column }),
    ...(path !== undefined && { path }),
    ...(cause !== undefined && { cause }),
  })
}
