import type { OpenContext } from '@holdfast/core/backend'
import { SeparateAccess, SharedAccess } from './access.js'
import { Connection } from './connection.js'
import { SqliteEngine } from './engine.js'
import { openWriter } from './open-database.js'
import type { ResolvedOptions } from './options.js'
import { Queries } from './queries.js'
import { Readers } from './readers.js'
import { Schema } from './schema.js'
import { usualRules } from './threads/rules.js'
import type { ThreadRules } from './threads/rules.js'
import { Threads } from './threads/threads.js'
import { WriteQueue } from './write-queue.js'
import { transactionBracket, Writing } from './writing.js'

/** @param rules from when on work is given to a thread */
export async function openEngine(
  options: ResolvedOptions,
  context: OpenContext,
  rules: ThreadRules = usualRules,
): Promise<SqliteEngine> {
  const schema: Schema = new Schema(() => connection)
  const connection = new Connection(await openWriter(options, context.signal), context, schema)
  const { timeout } = options
  const turns = new WriteQueue(timeout)
  const readers = isConcurrent(options) ? new Readers(options, context) : undefined
  const access =
    readers === undefined
      ? new SharedAccess(connection, turns, timeout)
      : new SeparateAccess(readers, timeout)
  const written = () => readers?.written()
  const threads =
    readers === undefined || options.threads === 0
      ? undefined
      : new Threads({
          options,
          context,
          rules,
          reader: () => readers.aside,
          writer: connection,
          turns,
          written,
        })
  const checkpoints = threads?.checkpoints
  const writing = options.readOnly
    ? undefined
    : new Writing({ connection, turns, bracket: transactionBracket, timeout, written, checkpoints })
  const queries = new Queries(schema)
  return new SqliteEngine({
    options,
    connection,
    readers,
    turns,
    schema,
    access,
    writing,
    queries,
    threads,
    apart: threads?.reads,
  })
}

/** Whether reads have connections of their own: a writer keeps none of them waiting in WAL only. */
export function isConcurrent({ memory, journalMode }: ResolvedOptions): boolean {
  return !memory && journalMode === 'wal'
}
