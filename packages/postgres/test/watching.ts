import type { CallOptions, Database } from '@holdfast/core'
import { randomBytes } from 'node:crypto'
import type { NativeClients } from '../src/index.js'
import { items, otherProgram } from './databases.js'

/** Ends all connections of a database but the one that asks. */
export async function killConnections(name: string): Promise<number> {
  const client = await otherProgram()
  const { rowCount } = await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
    [name],
  )
  return rowCount ?? 0
}

/** Names of applications, each for one database. */
export const applicationNames = (() => {
  const prefix = randomBytes(4).toString('hex')
  let last = 0
  return () => `test ${prefix} ${++last}`
})()

/** Counts the connections of a name, as the server sees them: all, or those that run a statement. */
export async function watch(name: string): Promise<(state?: 'active') => Promise<number>> {
  const client = await otherProgram()
  return async (state) => {
    const text =
      'select from pg_stat_activity where application_name = $1 and ($2::text is null or state = $2)'
    return (await client.query(text, [name, state])).rowCount ?? 0
  }
}

interface Endless {
  all(options?: CallOptions): Promise<readonly object[]>
  stream(options?: CallOptions): AsyncIterable<object>
}

/** A query that takes hours over many items. */
export function endless(database: Pick<Database, 'table'>): Endless {
  const all = database.table(items)
  return all
    .join(all, (left, right) => left.name.concat(right.name).contains('nowhere'))
    .select((left) => ({ id: left.id, name: left.name }))
    .orderBy((row) => row.id.asc())
    .limit(1)
}

/** The schema that a database is in. */
export async function schemaOf(database: Database<NativeClients>): Promise<string> {
  return String((await database.sql`select current_schema() as name`)[0]?.['name'])
}
