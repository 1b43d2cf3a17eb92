import type { Arm, HoldfastEngine } from '../../../contract/arm.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { openHoldfast } from '../../../databases/holdfast.ts'
import type { Question } from '../question.ts'
import type { QuestionSession } from '../session.ts'

export const holdfastArm =
  (dataset: Dataset, questions: readonly Question[]) =>
  (engine: HoldfastEngine): Arm<QuestionSession> => ({
    name: 'holdfast',
    engine: engine.name,
    kind: 'holdfast',
    packages: engine.packages,
    settings: engine.settings,
    async open(setting) {
      const database = await openHoldfast(engine, setting, dataset)
      let fetched = 0
      return {
        session: {
          async ask(question) {
            const { rows, stats } = await question.holdfast(database).run()
            fetched += stats.rowsFetched
            return rows
          },
          plain: (rows) => rows as readonly object[],
        },
        async explain(step) {
          const question = questions.find(({ name }) => name === step)!
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
