import type { Connection } from '../connection.js'
import type { WriteContext } from './apply.js'

/** Runs SQL that is not ours, which may change anything: what we know of the database is brought into line. */
export async function aroundForeignSql<Result>(
  connection: Connection,
  effect: 'write' | 'schema',
  { keys, schema }: WriteContext,
  work: () => Promise<Result>,
): Promise<Result> {
  await keys.rememberAll(connection, schema.definitions)
  const result = await work()
  keys.forget()
  if (effect === 'schema') await schema.read(connection)
  return result
}
