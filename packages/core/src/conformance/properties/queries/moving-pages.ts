import type { Bench } from '../../bench.js'
import { randomProperty } from '../../property.js'
import { shorter } from '../../random/reduce.js'
import type { Dice } from '../../random/dice.js'
import { expectThat } from '../../report/expect.js'
import { printValue } from '../../report/print.js'
import { withinLimit } from '../../time-limit.js'
import { item, itemsFrom, withItems } from '../items.js'

type Write = { readonly kind: 'insert' | 'delete'; readonly id: number }

interface MovingCase {
  readonly rows: number
  readonly size: number
  readonly descending: boolean
  /** Writes between one page and the next. */
  readonly writes: readonly (readonly Write[])[]
}

/** Rows that are there from the first page to the last come exactly once, whatever is written in between. */
export const pagesUnderWrites = randomProperty<MovingCase>({
  name: 'queries/moving-pages',
  rules: ['ORDER-4'],
  weight: 0.5,
  floor: 0.5,
  make: (dice) => ({
    rows: dice.integer(3, 20),
    size: dice.integer(1, 5),
    descending: dice.chance(50),
    writes: dice.several(1, 8, () => dice.several(0, 4, () => randomWrite(dice))),
  }),
  *reduce(value) {
    for (const writes of shorter(value.writes)) yield { ...value, writes }
    if (value.descending) yield { ...value, descending: false }
    if (value.rows > 3) yield { ...value, rows: value.rows - 1 }
  },
  print: (value) => `// ${printValue(value)}`,
  check: checkMoving,
})

/** Rows have even keys at first, so that there is room between them. */
function randomWrite(dice: Dice): Write {
  return { kind: dice.pick(['insert', 'delete']), id: dice.integer(-3, 45) }
}

/** More than all rows that a case has or inserts. */
const mostPages = 100

async function checkMoving(bench: Bench, { rows, size, descending, writes }: MovingCase): Promise<void> {
  const initial = itemsFrom(0, rows).map((row) => item(row.id * 2, { amount: row.id % 3 }))
  await withItems(bench, initial, async (_database, table) => {
    const query = table.orderBy((row) => {
      const amount = row['amount']
      if (amount === undefined) throw new Error('The table has no amount.')
      return descending ? amount.desc() : amount
    })
    const touched = new Set<number>()
    const seen: unknown[] = []
    let after: string | undefined
    for (let page = 0; ; page += 1) {
      const { rows: found, next } = await withinLimit('page', () => query.page({ size, after }))
      seen.push(...found.map((row) => row['id']))
      after = next
      if (after === undefined) break
      expectThat(page <= mostPages, 'pages that come to an end', `${page} pages and a next one`, ['ORDER-4'])
      for (const { kind, id } of writes[page] ?? []) {
        touched.add(id)
        if (kind === 'delete') await table.delete(id)
        else await table.insert(item(id, { amount: Math.abs(id) % 3 }), { onConflict: 'skip' })
      }
    }
    const staying = initial.map(({ id }) => id).filter((id) => !touched.has(id))
    for (const id of staying) {
      const times = seen.filter((other) => other === id).length
      expectThat(
        times === 1,
        `the row ${id}, present throughout, exactly once`,
        `${times} times in ${printValue(seen)}`,
        ['ORDER-4'],
      )
    }
    bench.tally.add(touched.size > 0 && seen.length > size)
  })
}
