import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { fileOf, settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { duckdbPackages } from '../../../databases/duckdb.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { anew } from '../places.ts'
import { firstReading, type OpeningSession } from '../session.ts'

export const duckdbApi: Arm<OpeningSession> = {
  name: '@duckdb/node-api',
  engine: 'duckdb',
  kind: 'bare',
  packages: duckdbPackages,
  settings: settingsOf.duckdb,
  async open(setting) {
    await fillElsewhere('duckdb', setting, { name: 'series' })
    const driver = await import('@duckdb/node-api')
    let instance: DuckDBInstance | undefined
    let connection: DuckDBConnection | undefined
    const opened = async (path: string, name: string) => {
      instance = await driver.DuckDBInstance.create(path)
      connection = await instance.connect()
      await connection.run(
        `create table if not exists ${name} (id bigint not null primary key, sensor bigint not null, value double)`,
      )
      return connection
    }
    const rowOf = async (made: DuckDBConnection, name: string, id: number) => {
      const result = await made.run(`select id, sensor, value from ${name} where id = $1`, [id])
      return (await result.getRowObjects())[0]
    }
    return {
      session: {
        existing: async () => rowOf(await opened(fileOf(setting, 'duckdb'), 'readings'), 'readings', 0),
        async created(name) {
          const made = await opened(fileOf(anew(setting, name), 'duckdb'), name)
          const { id, sensor, value } = firstReading
          await made.run(`insert into ${name} values ($1, $2, $3)`, [id, sensor, value])
          return rowOf(made, name, id)
        },
        plain(row) {
          const { id, sensor, value } = row as { id: bigint; sensor: bigint; value: number | null }
          return { id: Number(id), sensor: Number(sensor), value }
        },
      },
      close() {
        connection?.closeSync()
        instance?.closeSync()
      },
    }
  },
}
