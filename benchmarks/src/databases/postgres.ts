import type pg from 'pg'
import type { Setting } from '../contract/arm.ts'
import { serverOf } from './places.ts'

export const postgresPackages = ['pg']

/** As many connections as Holdfast opens at most. */
const connections = 10

/** pg's pool, whose connections find the tables without the name of their schema. */
export async function openPostgres(setting: Setting): Promise<pg.Pool> {
  const { default: driver } = await import('pg')
  const { url, schema } = serverOf(setting)
  return new driver.Pool({
    connectionString: url,
    options: `-c search_path="${schema}"`,
    max: connections,
  })
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
