import type { Arm, HoldfastEngine } from '../../../contract/arm.ts'
import { dataset, groups } from '../../../data/groups.ts'
import { openHoldfast } from '../../../databases/holdfast.ts'
import type { BatchSession } from '../session.ts'

export const holdfastArm = (engine: HoldfastEngine): Arm<BatchSession> => ({
  name: 'holdfast',
  engine: engine.name,
  kind: 'holdfast',
  packages: engine.packages,
  settings: engine.settings,
  async open(setting) {
    const database = await openHoldfast(engine, setting, dataset)
    const table = database.table(groups)
    return {
      session: {
        async insertEach(batches) {
          for (const batch of batches) await table.insert(batch)
        },
        everything: () => table.stream(),
        async clear() {
          await table.clear()
          await engine.settle?.(database)
        },
      },
      settle: async () => void (await engine.settle?.(database)),
      close: () => database.close(),
    }
  },
})
