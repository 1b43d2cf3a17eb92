import { historyExamples } from '../../examples/histories.js'
import { randomHistory } from '../../model/generator.js'
import type { History } from '../../model/generator.js'
import { printHistory } from '../../model/print.js'
import { expectState, runOperation } from '../../model/run.js'
import { shrinkHistory } from '../../model/shrink.js'
import { TableModel } from '../../model/table-model.js'
import { randomProperty } from '../../property.js'
import { tableFromDefinition } from '../../../schema/table.js'
import { withinLimit } from '../../time-limit.js'

/** Any sequence of calls leaves what a plain map would hold, answers what it would, and refuses what it would. */
export const historiesMatchTheModel = randomProperty<History>({
  name: 'writes/histories',
  rules: ['WRITE-1', 'WRITE-2', 'WRITE-3', 'WRITE-4', 'WRITE-5', 'WRITE-6', 'WRITE-7', 'WRITE-8', 'NULL-7'],
  floor: 0.6,
  make: (dice, bench) => randomHistory(dice, bench.canReopen),
  reduce: shrinkHistory,
  print: printHistory,
  examples: historyExamples,
  check: async (bench, { definition, operations }) => {
    const model = new TableModel(definition)
    let database = await bench.shared()
    await withinLimit('ensure', () => database.ensure(tableFromDefinition(definition)))
    let changes = 0
    for (const operation of operations) {
      if (operation.kind !== 'reopen') {
        const place = { verbs: database, model, mayNotGenerate: false }
        if (await runOperation(place, database.capabilities, operation)) changes += 1
        bench.tally.see(operation.kind)
        continue
      }
      const again = await bench.reopenShared()
      if (again === undefined) return
      database = again
      await expectState(database, model, 'it was opened again')
      bench.tally.see('reopen')
    }
    bench.tally.add(changes > 1)
    await withinLimit('drop', () => database.drop(definition.name))
  },
})
