import { HoldfastError } from '@holdfast/core/backend'
import type { ColumnDefinition, ImportFile, Relation, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Command, Connection } from '../connection.js'
import { kindOf } from '../errors.js'
import { layoutOf } from '../layout.js'
import { prepareQuery } from '../prepared.js'
import type { Queries } from '../queries.js'
import type { Writing } from '../writing.js'
import { isFile } from './file-sql.js'
import type { FileTable } from './file-sql.js'
import type { Files } from './files.js'
import { fileMark } from './value-reader.js'

/** Only core can say which row was refused, and why. */
class Refused extends HoldfastError {
  constructor(cause: unknown) {
    super('INVALID_DATA', 'A row of the file was refused.', { cause })
  }
}

/** The kinds of errors that a row can be the reason of. */
const refusals: ReadonlySet<string | undefined> = new Set([
  'Constraint Error',
  'Invalid Input Error',
  'Conversion Error',
  'Out of Range Error',
])

/**
 * Inserts the rows of a file by one statement, as fast as DuckDB reads them; undefined where core must do it, row by row:
 * for tables of other programs and generated keys, for other policies than `error`, and where a row is refused.
 */
export async function importFile(
  { table, rows, onConflict, signal }: ImportFile,
  queries: Queries,
  files: Files,
  writing: Writing,
): Promise<number | undefined> {
  const isPlain = onConflict === 'error' && layoutOf(table).generated === undefined
  if (!isPlain || !queries.isOwn(table)) return undefined
  const command = insertCommand(table, rows, queries)
  const source = sourceOf(rows)
  try {
    return await writing.run((connection) => insert(connection, command, source, files, signal), signal)
  } catch (error) {
    if (error instanceof Refused) return undefined
    throw await files.explain(error, [source])
  }
}

/** The bytes are looked at while DuckDB reads the file too; nothing is kept before both have found it right. */
async function insert(
  connection: Connection,
  command: Command,
  source: FileTable,
  files: Files,
  signal: AbortSignal | undefined,
): Promise<number> {
  const before = await files.state(source.file)
  const [checked, inserted] = await Promise.allSettled([
    files.check([source], signal),
    connection.change(command),
  ])
  if (checked.status === 'rejected') throw checked.reason
  if (inserted.status === 'rejected') throw refusal(inserted.reason)
  const expected = checked.value ?? inserted.value
  if (inserted.value !== expected) {
    const message = `DuckDB has read ${inserted.value} rows of ${source.file.path}, which has ${expected}. Nothing was imported.`
    throw new HoldfastError('ENGINE', message)
  }
  if ((await files.state(source.file)) === before) return inserted.value
  throw new HoldfastError(
    'INVALID_DATA',
    `${source.file.path} was changed while it was imported. Import it again.`,
  )
}

function refusal(error: unknown): unknown {
  return refusals.has(kindOf(error)) ? new Refused(error) : error
}

function insertCommand(table: TableDefinition, rows: Relation, queries: Queries): Command {
  const names = table.columns.map(({ name }) => quote(name)).join(', ')
  const { sql, bindings } = prepareQuery(withChecks(table, rows), queries.dialect).command([])
  const guards = [
    ...table.checks.map((_, index) => failsNot(`${quote(checkName(index))} IS FALSE`)),
    keyGuard(table),
  ]
  const where = guards.filter((guard) => guard !== undefined)
  const kept = where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`
  return { sql: `INSERT INTO ${quote(table.name)} (${names}) SELECT ${names} FROM (${sql})${kept}`, bindings }
}

const checkName = (index: number) => `$${index}`

/** The rows with what each check says of them. */
function withChecks({ columns, checks }: TableDefinition, input: Relation): Relation {
  if (checks.length === 0) return input
  return {
    node: 'project',
    input,
    columns: [
      ...columns.map(({ name }) => ({ name, expression: { kind: 'column', name } as const })),
      ...checks.map(({ condition }, index) => ({ name: checkName(index), expression: condition })),
    ],
  }
}

const failsNot = (problem: string) => `CASE WHEN ${problem} THEN ${fileMark} ELSE true END`

/** Bytes of a key that are left to texts and bytes beside values of one size are core's to count: half of them is surely few. */
const shortKey = 256

function keyGuard(table: TableDefinition): string | undefined {
  const open = layoutOf(table).keys.filter(({ type }) => type.name === 'text' || type.name === 'bytes')
  if (open.length === 0) return undefined
  const size = open.map((column) => sizeOf(column)).join(' + ')
  const limit = Math.max(0, shortKey - 36 * (table.primaryKey.length - open.length))
  return failsNot(`${size} > ${limit}`)
}

function sizeOf({ name, type }: ColumnDefinition): string {
  return type.name === 'text' ? `strlen(${quote(name)})` : `octet_length(${quote(name)})`
}

function sourceOf(relation: Relation): FileTable {
  if (relation.node === 'scan' && isFile(relation.table)) return relation.table
  if ('input' in relation) return sourceOf(relation.input)
  throw new HoldfastError('INTERNAL', 'The engine was asked to import what is no file.')
}
