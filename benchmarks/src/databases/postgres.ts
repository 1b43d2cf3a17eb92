import type pg from 'pg'
import type { Setting } from '../contract/arm.ts'
import { clientOf } from '../backends/index.ts'

export const postgresPackages = ['pg']

/** As many connections as Holdfast opens at most. */
const connections = 10

/** pg's pool, whose connections find the tables without the name of their schema. */
export async function openPostgres(setting: Setting): Promise<pg.Pool> {
  const { default: driver } = await import('pg')
  const pool = new driver.Pool({ ...clientOf(setting), max: connections })
  // A connection that nobody uses may end with the server.
  return pool.on('error', () => undefined)
}

/** Rows as all arms answer them: the driver gives integers of eight bytes as texts. */
export function plainPostgresRows({ rows, fields }: pg.QueryResult<Record<string, unknown>>): object[] {
  const whole = fields.filter(({ dataTypeID }) => dataTypeID === int8).map(({ name }) => name)
  for (const row of rows) {
    for (const name of whole) if (row[name] !== null) row[name] = BigInt(row[name] as string)
  }
  return rows
}

const int8 = 20
