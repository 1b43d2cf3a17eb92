import type pg from 'pg'
import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { openPostgres, postgresPackages } from '../../../databases/postgres.ts'
import { firstReading, type OpeningSession } from '../session.ts'

export const pgPool: Arm<OpeningSession> = {
  name: 'pg',
  engine: 'postgres',
  kind: 'bare',
  packages: postgresPackages,
  settings: settingsOf.postgres,
  async open(setting) {
    await fillElsewhere('postgres', setting, { name: 'series' })
    await import('pg')
    let pool: pg.Pool | undefined
    const opened = async (name: string) => {
      pool = await openPostgres(setting)
      await pool.query(
        `create table if not exists ${name} (id int8 primary key, sensor int8 not null, value float8)`,
      )
      return pool
    }
    const rowOf = async (made: pg.Pool, name: string, id: number) => {
      const { rows } = await made.query<object>(`select id, sensor, value from ${name} where id = $1`, [id])
      return rows[0]
    }
    return {
      session: {
        existing: async () => rowOf(await opened('readings'), 'readings', 0),
        async created(name) {
          const made = await opened(name)
          const { id, sensor, value } = firstReading
          await made.query(`insert into ${name} values ($1, $2, $3)`, [id, sensor, value])
          return rowOf(made, name, id)
        },
        plain(row) {
          const { id, sensor, value } = row as { id: string; sensor: string; value: number | null }
          return { id: Number(id), sensor: Number(sensor), value }
        },
      },
      close: async () => pool?.end(),
    }
  },
}
