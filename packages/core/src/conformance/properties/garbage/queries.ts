import { isHoldfastError } from '../../../backend/errors.js'
import { withTables } from '../../bench.js'
import { databaseName, randomTables } from '../../generate/query-case.js'
import { randomRelation } from '../../generate/relations/generator.js'
import type { TableCase } from '../../generate/tables.js'
import { randomProperty } from '../../property.js'
import type { Dice } from '../../random/dice.js'
import { shorter } from '../../random/reduce.js'
import { relationToJson } from '../../../relation/json.js'
import { Disagreement } from '../../report/disagreement.js'
import { describeError, outcomeOf } from '../../report/expect.js'
import { printTable } from '../../report/script.js'
import { withinLimit } from '../../time-limit.js'

interface SpoiltCase {
  readonly tables: readonly TableCase[]
  /** Texts of JSON. */
  readonly queries: readonly string[]
}

/** A query whose JSON was damaged anywhere is refused with a HoldfastError, or still is a query. */
export const spoiltQueriesAreRefused = randomProperty<SpoiltCase>({
  name: 'garbage/queries',
  rules: [],
  weight: 0.25,
  floor: 0.5,
  make: (dice) => {
    const tables = randomTables(dice)
    const queries = dice.several(40, 40, () => {
      const json = relationToJson(randomRelation(dice, tables, databaseName))
      return JSON.stringify(spoil(dice, JSON.parse(JSON.stringify(json)) as Json))
    })
    return { tables, queries }
  },
  *reduce({ tables, queries }) {
    for (const fewer of shorter(queries, 1)) yield { tables, queries: fewer }
  },
  print: ({ tables, queries }) =>
    [
      ...tables.map(printTable),
      ...queries.map((query) => `await db.query(${JSON.stringify(query)}).all()`),
    ].join('\n'),
  check: async (bench, { tables, queries }) => {
    const database = await bench.shared()
    await withTables(database, tables, async () => {
      for (const query of queries) {
        const outcome = await outcomeOf(() =>
          withinLimit('a spoilt query', async () => database.query(query).all()),
        )
        bench.tally.add(outcome.kind === 'error')
        if (outcome.kind === 'value' || isHoldfastError(outcome.error)) continue
        throw new Disagreement({
          what: 'a query whose JSON is damaged',
          expected: 'a HoldfastError',
          received: describeError(outcome.error),
          cause: outcome.error,
        })
      }
    })
  },
})

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const scraps: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  '',
  'scan',
  'equal',
  '__proto__',
  '"; DROP TABLE t0; --',
  '\ud800',
  [],
  [null],
  {},
  { kind: 'column', name: '$0' },
  { kind: 'parameter', index: 0, type: { name: 'integer' } },
  { kind: 'literal', type: { name: 'integer' }, value: null },
  { node: 'scan' },
]

/** Replaces, removes, doubles or renames one part anywhere in the tree. */
function spoil(dice: Dice, json: Json): Json {
  if (typeof json !== 'object' || json === null) return dice.pick(scraps)
  if (Array.isArray(json)) return json.length === 0 ? [dice.pick(scraps)] : spoilItem(dice, json)
  const keys = Object.keys(json)
  if (keys.length === 0) return dice.pick(scraps)
  const key = dice.pick(keys)
  const value = json[key] ?? null
  const { [key]: _removed, ...rest } = json
  return dice.weighted<() => Json>([
    [8, () => ({ ...json, [key]: spoil(dice, value) })],
    [1, () => ({ ...json, [key]: dice.pick(scraps) })],
    [1, () => rest],
    [1, () => ({ ...rest, [dice.pick(['__proto__', 'node', 'kind', 'other'])]: value })],
    [1, () => ({ ...json, another: dice.pick(scraps) })],
  ])()
}

function spoilItem(dice: Dice, list: Json[]): Json {
  const index = dice.integer(0, list.length - 1)
  return dice.weighted<() => Json>([
    [8, () => list.with(index, spoil(dice, list[index] ?? null))],
    [1, () => list.toSpliced(index, 1)],
    [1, () => [...list, list[index] ?? null]],
    [1, () => list.with(index, dice.pick(scraps))],
  ])()
}
