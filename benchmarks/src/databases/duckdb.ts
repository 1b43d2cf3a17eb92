import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import type { Setting } from '../contract/arm.ts'
import { fileOf } from '../backends/index.ts'

export const duckdbPackages = ['@duckdb/node-api']

export interface OpenDuckdb {
  readonly connection: DuckDBConnection
  readonly connect: () => Promise<DuckDBConnection>
  readonly close: () => void
}

/** @duckdb/node-api as it opens a file. */
export async function openDuckdb(setting: Setting): Promise<OpenDuckdb> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(fileOf(setting, 'duckdb'))
  const connections: DuckDBConnection[] = []
  const connect = async () => {
    const connection = await instance.connect()
    connections.push(connection)
    return connection
  }
  return {
    connection: await connect(),
    connect,
    close() {
      for (const connection of connections) connection.closeSync()
      instance.closeSync()
    },
  }
}

export type DuckdbRow = Record<string, DuckDBValue>

/** Rows as all arms answer them: instants as milliseconds. */
export function plainDuckdbRow(row: DuckdbRow): object {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]))
}

function plainValue(value: DuckDBValue): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('millis' in value) return value.millis
  if ('micros' in value) return value.micros / 1000n
  throw new Error(`No arm answers a ${value.constructor.name}.`)
}
