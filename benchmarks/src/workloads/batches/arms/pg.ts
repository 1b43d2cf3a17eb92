import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { columnNames, dataset } from '../../../data/groups.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { openPostgres, plainPostgresRows, postgresPackages } from '../../../databases/postgres.ts'
import type { BatchSession } from '../session.ts'

const arrays = ['int8', 'text', 'text', 'text', 'int8', 'int8', 'int8', 'int8', 'int8', 'float8']
  .map((type, column) => `$${column + 1}::${type}[]`)
  .join()
const text = `insert into groups select * from unnest(${arrays})`

/** One named statement for batches of all lengths: an array for each column. */
export const pgPool: Arm<BatchSession> = {
  name: 'pg',
  engine: 'postgres',
  kind: 'bare',
  packages: postgresPackages,
  settings: settingsOf.postgres,
  async open(setting) {
    await fillElsewhere('postgres', setting, dataset)
    const pool = await openPostgres(setting)
    return {
      session: {
        async insertEach(batches) {
          for (const batch of batches) {
            const values = columnNames.map((name) => batch.map((row) => row[name]))
            await pool.query({ name: 'insert', text, values })
          }
        },
        everything: async () => plainPostgresRows(await pool.query('select * from groups')),
        async clear() {
          await pool.query('truncate groups')
          await pool.query('checkpoint')
        },
      },
      settle: async () => void (await pool.query('checkpoint')),
      close: () => pool.end(),
    }
  },
}
