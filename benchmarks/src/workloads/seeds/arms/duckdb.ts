import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { SeedsSession } from '../session.ts'

/** The bare driver at its fastest: the engine's own CSV reader, chunks filled by hand, a connection for each reader. */
export const duckdbNodeApi: Arm<SeedsSession> = {
  name: '@duckdb/node-api',
  kind: 'bare',
  engine: 'duckdb',
  packages: ['@duckdb/node-api', '@duckdb/node-bindings'],
  settings: settingsOf.duckdb,
  async open(setting) {
    const { openDuckdb } = await import('./duckdb-session.ts')
    return openDuckdb(setting)
  },
}

/** The same with a limit for what it keeps in memory. */
export const duckdbLimited = (memoryLimit: string): Arm<SeedsSession> => ({
  ...duckdbNodeApi,
  settings: `${settingsOf.duckdb}; at most ${memoryLimit} of memory`,
  async open(setting) {
    const { openDuckdb } = await import('./duckdb-session.ts')
    return openDuckdb(setting, memoryLimit)
  },
})
