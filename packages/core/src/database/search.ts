import { HoldfastError } from '../backend/errors.js'
import type { Session } from '../backend/types.js'
import { describeValue } from '../schema/describe.js'
import type { TableDefinition } from '../schema/types.js'
import type { Connection } from './connection.js'
import type { Call } from './diagnostics.js'
import { readRowsByKey } from './key-reads.js'
import { anyText, refuse } from './options.js'
import { readList } from './read-input.js'
import type { TableCodec } from './table-codec.js'

/** A full-text search as the user states it. */
interface Request {
  readonly columns: unknown
  readonly query: unknown
  readonly limit: number
}

/** The user's rows that match, best first. A row that has gone since the engine found it is left out. */
export async function search(
  session: Session,
  { capabilities, backendName }: Connection,
  codec: TableCodec,
  { columns, query, limit }: Request,
  call: Call,
): Promise<Record<string, unknown>[]> {
  const { table } = codec
  const request = { table, columns: textColumns(table, columns), query: anyText(query, 'query'), limit }
  if (!capabilities.fullTextSearch || session.search === undefined) {
    throw new HoldfastError('UNSUPPORTED', `The engine "${backendName}" has no full-text search.`, {
      table: table.name,
    })
  }
  const keys = await session.search(request)
  const rows = await readRowsByKey(session, codec, keys, call.signal)
  const found = rows.filter((row) => row !== undefined)
  call.rows = found.length
  return found
}

function textColumns(table: TableDefinition, given: unknown): string[] {
  const columns = new Map(table.columns.map((column) => [column.name, column]))
  const names = readList(given, 'columns', (name, place) => {
    const column = columns.get(anyText(name, String(place)))
    if (column === undefined) throw unknownColumn(table.name, name)
    if (column.type.name === 'text') return column.name
    throw refuse(String(place), 'the name of a text column', name)
  })
  if (names.length > 0) return names
  throw refuse('columns', 'the names of at least one text column', given)
}

function unknownColumn(table: string, name: unknown): HoldfastError {
  const message = `The table "${table}" has no column of this name: ${describeValue(name)}.`
  return new HoldfastError('UNKNOWN_COLUMN', message, { table })
}
