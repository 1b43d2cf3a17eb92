import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { OverheadSession } from '../session.ts'
import { lacking } from './lacking.ts'
import type { Way } from './pg-session.ts'

/** The bare driver on one connection as it is commonly used: `client.query(text, values)`. */
export const pg = armOf('pg', 'unnamed')

/** The same with statements that have names, which the server keeps prepared. */
export const pgNamed: Arm<OverheadSession> = {
  ...armOf('pg, named statements', 'named'),
  lacks: lacking(['batch', 'bulk', 'stream'], 'It would do the same as the arm pg.'),
}

/** Many callers on a pool of ten connections. */
export const pgPool: Arm<OverheadSession> = {
  ...armOf('pg, pool', 'pool'),
  lacks: lacking(['inserts-1-at-once'], 'With one caller it would do the same as the arm pg.'),
}

function armOf(name: string, way: Way): Arm<OverheadSession> {
  return {
    name,
    kind: 'bare',
    engine: 'postgres',
    packages: ['pg', 'pg-cursor'],
    settings: settingsOf.postgres,
    async open(setting) {
      const { openPg } = await import('./pg-session.ts')
      return openPg(setting, way)
    },
  }
}
