import type { Database } from '@holdfast/core'
import type { Arm, HoldfastEngine } from '../../../contract/arm.ts'
import { dataset } from '../../../data/hits.ts'
import { openHoldfast } from '../../../databases/holdfast.ts'
import type { Question } from '../../questions/question.ts'
import { upTo, type Ladder } from '../ladder.ts'
import type { PushdownSession } from '../session.ts'

export const holdfastArm =
  (question: Question) =>
  (engine: HoldfastEngine): Arm<PushdownSession> => ({
    name: 'holdfast',
    engine: engine.name,
    kind: 'holdfast',
    packages: engine.packages,
    settings: engine.settings,
    async open(setting) {
      const ladder: Ladder = { operators: 0 }
      const backend = async () => upTo(ladder, await engine.backend(setting))
      const database: Database = await openHoldfast({ ...engine, backend }, setting, dataset)
      let fetched = 0
      return {
        session: {
          async topPages(operators) {
            // One process asks for one height only: plans are kept.
            ladder.operators = operators
            const { rows, stats } = await question.holdfast(database).run()
            fetched += stats.rowsFetched
            return rows
          },
          plain: (rows) => rows as readonly object[],
        },
        async explain() {
          const { engines, text } = await question.holdfast(database).explain()
          const sql = engines.flatMap((part) => part.sql ?? []).join(';\n')
          return { code: question.holdfast.toString(), plan: text, ...(sql !== '' && { sql }) }
        },
        rowsFetched() {
          const since = fetched
          fetched = 0
          return since
        },
        settle: async () => void (await engine.settle?.(database)),
        close: () => database.close(),
      }
    },
  })
