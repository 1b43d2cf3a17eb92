import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { SeedsSession } from '../session.ts'

/** The bare driver at its fastest: rows written by hand as `copy` reads them, a pool of connections, named statements. */
export const pg: Arm<SeedsSession> = {
  name: 'pg',
  kind: 'bare',
  engine: 'postgres',
  packages: ['pg', 'pg-cursor'],
  settings: settingsOf.postgres,
  async open(setting) {
    const { openPg } = await import('./pg-session.ts')
    return openPg(setting)
  },
}
