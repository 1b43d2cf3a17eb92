import type { Database } from '../../../database/database-types.js'
import { definitionFromJson, definitionToJson } from '../../../schema/json.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { TableDefinition } from '../../../schema/types.js'
import { withTables } from '../../bench.js'
import { shrinkTable } from '../../generate/shrink/tables.js'
import { randomTable } from '../../generate/tables.js'
import type { TableCase } from '../../generate/tables.js'
import { identity } from '../../oracle/order.js'
import { randomProperty } from '../../property.js'
import { disagree } from '../../report/disagreement.js'
import { expectRows, expectSame } from '../../report/expect.js'
import { printTable } from '../../report/script.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'

/**
 * A table goes from one database to another by what the first says of it and what it streams: there it is the same table
 * with the same rows in the same order, and so is the copy of the copy.
 */
export const copiesAreTheSame = randomProperty<TableCase>({
  name: 'life/copies',
  rules: [],
  weight: 0.5,
  floor: 0.5,
  make: (dice) => randomTable(dice, 't0', { rows: [0, 20] }),
  reduce: shrinkTable,
  print: printTable,
  check: async (bench, table) => {
    const source = await bench.shared()
    const target = await bench.sharedAs('target', () => bench.open())
    await withTables(source, [table], async () => {
      const copied = await copy(source, target, table.definition.name)
      const rows = await handleOf(source, table.definition).all()
      expectRows('the rows of the copy', await handleOf(target, copied).all(), rows)
      const again = await copy(target, target, copied.name, 'again')
      expectRows('the rows of the copy of the copy', await handleOf(target, again).all(), rows)
      expectSame(
        'the copy of the copy as text',
        rows.map(identity),
        (await handleOf(target, again).all()).map(identity),
      )
      bench.tally.add(rows.length > 0)
    })
    for (const { name } of await target.tables()) await withinLimit('drop', () => target.drop(name))
  },
})

/** Creates the table that one database shows in another, through JSON, and fills it from a stream. */
async function copy(from: Database, to: Database, name: string, as = name): Promise<TableDefinition> {
  const found = (await from.tables()).find((table) => table.name === name)
  if (found === undefined) return disagree('the table to copy', undefined, name)
  const indexes = found.indexes.map((index) => ({ ...index, name: `${as}_${index.name}` }))
  const definition = {
    ...definitionFromJson(JSON.parse(JSON.stringify(definitionToJson(found)))),
    name: as,
    indexes,
  }
  await withinLimit('create', () => to.create(tableFromDefinition(definition)))
  const batches = handleOf(from, found).batches()
  for await (const batch of batches) {
    await withinLimit('insert', () => handleOf(to, definition).insert(batch))
  }
  return definition
}
