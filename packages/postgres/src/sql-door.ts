import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { SqlResult, SqlStatement } from '@holdfast/core/backend'
import type { Access } from './access.js'
import { rawDecoder, rawText } from './codec/raw-values.js'
import { toHoldfastError } from './errors.js'
import type { Description, Step } from './wire/step.js'

/** Statements that change the connection, which others use next, rather than the data. */
const ofConnection: ReadonlySet<string> = new Set([
  ...['begin', 'start', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release'],
  ...['set', 'reset', 'discard', 'prepare', 'execute', 'deallocate', 'declare', 'fetch', 'move', 'close'],
  ...['listen', 'unlisten', 'load', 'lock', 'copy'],
])

/** What the server calls statements after which tables may not be what they were. */
const ofSchema: ReadonlySet<string> = new Set([
  'CREATE',
  'ALTER',
  'DROP',
  'IMPORT',
  'REINDEX',
  'SELECT INTO',
  'DO',
  'CALL',
])

/**
 * Runs one statement of the user's own SQL with bound values.
 *
 * @param schemaChanged is called after a statement that may have changed tables
 */
export async function runSql(
  { parts, values: given, signal }: SqlStatement,
  access: Access,
  schemaChanged: () => Promise<void>,
): Promise<SqlResult> {
  throwIfAborted(signal)
  const sql = parts.reduce((text, part, index) => (index === 0 ? part : `${text}$${index}${part}`), '')
  if (ofConnection.has(firstWord(sql))) {
    throw new HoldfastError(
      'UNSUPPORTED',
      'The statement would change the state of a connection. For transactions use transaction(), for settings the options of postgres(), for all else "native".',
    )
  }
  const values = given.map((value, index) => rawText(value, `values[${index}]`))
  const { rows, command, count } = await answer(access, { text: sql, values }, signal)
  if (ofSchema.has(command)) await schemaChanged()
  return { rows, changes: command === 'SELECT' ? 0 : count }
}

async function answer(
  access: Access,
  statement: Pick<Step, 'text' | 'values'>,
  signal: AbortSignal | undefined,
) {
  try {
    return await access.read(async (run) => {
      const rows: Record<string, unknown>[] = []
      let columns: readonly { readonly name: string; readonly decode: (text: string) => unknown }[] = []
      const describe = (described: readonly Description[]) => {
        columns = described.map(({ name, dataTypeID }) => ({ name, decode: rawDecoder(dataTypeID) }))
      }
      const take: Step['onRow'] = (fields) => {
        const row: Record<string, unknown> = {}
        columns.forEach(({ name, decode }, index) => {
          const field = fields[index] ?? null
          row[name] = field === null ? null : decode(field)
        })
        rows.push(row)
      }
      const [completion] = await run([{ ...statement, onDescription: describe, onRow: take }])
      return { rows, ...completion! }
    }, signal)
  } catch (error) {
    throw refused(toHoldfastError(error))
  }
}

/** The server's message is about what the caller wrote, so it is passed on: unless it is about the moment. */
function refused(error: HoldfastError): HoldfastError {
  const { cause, code, retryable } = error
  if (!(cause instanceof Error) || code === 'ABORTED' || retryable) return error
  return new HoldfastError(code, `PostgreSQL refuses the statement: ${cause.message}`, { cause })
}

/** The first word of a statement, comments and parentheses apart. */
function firstWord(sql: string): string {
  const rest = sql.replace(/^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*/, '')
  return /^[a-z]+/i.exec(rest)?.[0].toLowerCase() ?? ''
}
