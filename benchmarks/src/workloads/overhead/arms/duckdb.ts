import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { OverheadSession } from '../session.ts'
import { lacking } from './lacking.ts'

/** The bare driver used well: prepared statements where values vary, rows as objects, chunks filled by hand into the appender. */
export const duckdbNodeApi: Arm<OverheadSession> = {
  name: '@duckdb/node-api',
  kind: 'bare',
  engine: 'duckdb',
  packages: ['@duckdb/node-api', '@duckdb/node-bindings'],
  settings: settingsOf.duckdb,
  async open(setting) {
    const { openDuckdb, chunksByHand } = await import('./duckdb-session.ts')
    return openDuckdb(setting, chunksByHand())
  },
}

const sameAsBare = ['point-read', 'many-keys', 'insert', 'update', 'filter', 'group-by', 'stream']

/** The same with chunks that the driver fills itself. */
export const duckdbSetColumns: Arm<OverheadSession> = {
  ...duckdbNodeApi,
  name: '@duckdb/node-api, setColumns',
  lacks: lacking(sameAsBare, 'It would do the same as the arm @duckdb/node-api.'),
  async open(setting) {
    const { openDuckdb, chunksByDriver } = await import('./duckdb-session.ts')
    return openDuckdb(setting, chunksByDriver)
  },
}
