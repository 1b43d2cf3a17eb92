import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import type { PostgresOptions } from '../src/index.js'

export const serverUrl: string = inject('serverUrl')

const prefix = `test_${randomBytes(4).toString('hex')}`
const made: string[] = []

/** A schema that nobody else uses; gone when the test file has ended. */
export function freshSchema(): string {
  const schema = `${prefix}_${made.length}`
  made.push(schema)
  return schema
}

/** Options of a new, empty database. */
export function freshOptions(options: PostgresOptions = {}): PostgresOptions {
  return { url: serverUrl, schema: freshSchema(), ...options }
}

afterAll(async () => {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  for (const schema of made) await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`)
  await client.end()
})
