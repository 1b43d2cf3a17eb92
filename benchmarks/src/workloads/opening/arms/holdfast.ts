import type { Database } from '@holdfast/core'
import type { Arm, HoldfastEngine } from '../../../contract/arm.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { isFilledElsewhere, openHoldfast } from '../../../databases/holdfast.ts'
import { anew } from '../places.ts'
import { firstReading, type OpeningSession, type Reading } from '../session.ts'

export const holdfastArm = (engine: HoldfastEngine): Arm<OpeningSession> => ({
  name: 'holdfast',
  engine: engine.name,
  kind: 'holdfast',
  packages: engine.packages,
  settings: engine.settings,
  ...(engine.name === 'memory' && {
    lacks: { existing: 'A database in memory ends with its process.' },
  }),
  async open(setting) {
    let database: Database | undefined
    if (isFilledElsewhere(engine)) await fillElsewhere(engine.name, setting, { name: 'series' })
    else if (setting.loaded && setting.existing !== true) {
      const { dataset } = await import('../../../data/series.ts')
      database = await openHoldfast(engine, setting, dataset)
    }
    const { double, integer, open, table, timestamp } = await import('@holdfast/core')
    const backend = await engine.backend(setting)
    const columns = { id: integer().primaryKey(), sensor: integer(), value: double().nullable() }
    return {
      session: {
        async existing() {
          const readings = table('readings', { ...columns, taken: timestamp() })
          database ??= await open(backend, engine.options)
          await database.ensure(readings)
          return database.table(readings).get(0)
        },
        async created(name) {
          const readings = table(name, columns)
          database = await open(await engine.backend(anew(setting, name)), engine.options)
          await database.ensure(readings)
          await database.table(readings).insert(firstReading)
          return database.table(readings).get(firstReading.id)
        },
        plain(row) {
          const { id, sensor, value } = row as Reading
          return { id, sensor, value }
        },
      },
      close: async () => database?.close(),
    }
  },
})
