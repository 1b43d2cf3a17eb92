import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { OpenContext } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { prepareExtensions } from './extensions.js'
import type { ResolvedOptions } from './options/index.js'
import { toHoldfastError } from './errors.js'
import { openConnection } from './wire/connect.js'
import type { Connection } from './wire/connection.js'
import { sqlStateOf } from './wire/exchange-error.js'
import type { Pool } from './wire/pool.js'

/** Opens the first connections, and makes the database and the schema that are asked for if they are not there. */
export async function prepareDatabase(
  options: ResolvedOptions,
  pool: Pool,
  context: OpenContext,
): Promise<void> {
  try {
    await pool.fill()
  } catch (error) {
    const { database } = options.primary
    const isMissing = isHoldfastError(error) && error.code === 'NOT_FOUND'
    if (!isMissing || !options.createDatabase || database === undefined) throw error
    await createDatabase(database, options, context)
    await pool.fill()
  }
  const connection = await pool.acquire(context.signal)
  try {
    await prepareSchema(connection, options)
    await prepareExtensions((steps) => connection.run(steps), options)
  } catch (error) {
    throw toHoldfastError(error)
  } finally {
    pool.release(connection)
  }
}

/** From the database that every server has. */
async function createDatabase(
  database: string,
  options: ResolvedOptions,
  context: OpenContext,
): Promise<void> {
  const connection = await openConnection(
    options,
    { ...options.primary, database: 'postgres' },
    () => undefined,
    context,
  )
  try {
    await connection.run([{ text: `CREATE DATABASE ${quote(database)} ENCODING 'UTF8' TEMPLATE template0` }])
  } catch (error) {
    // Somebody else was faster.
    if (sqlStateOf(error) !== '42P04' && sqlStateOf(error) !== '23505') throw toHoldfastError(error)
  } finally {
    await connection.close()
  }
}

async function prepareSchema(
  connection: Connection,
  { schema, createSchema, readOnly }: ResolvedOptions,
): Promise<void> {
  let exists = false
  const text = 'SELECT 1 FROM pg_namespace WHERE nspname = $1'
  await connection.run([{ text, values: [schema], onRow: () => (exists = true) }])
  if (exists) return
  if (!createSchema || readOnly) {
    throw new HoldfastError('NOT_FOUND', `The schema "${schema}" does not exist.`)
  }
  try {
    await connection.run([{ text: `CREATE SCHEMA IF NOT EXISTS ${quote(schema)}` }])
  } catch (error) {
    if (sqlStateOf(error) !== '42P06' && sqlStateOf(error) !== '23505') throw error
  }
}
