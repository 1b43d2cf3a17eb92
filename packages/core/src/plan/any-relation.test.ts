import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isHoldfastError } from '../backend/errors.js'
import { relationToJson } from '../relation/json.js'
import type { Relation } from '../relation/types.js'
import type { StoredRow } from '../schema/types.js'
import { execute } from './execute.js'
import { Planner } from './planner.js'
import { ArrayEngine } from './test/array-engine.js'
import type { ArrayEngineOptions, Verdict } from './test/array-engine.js'
import { naiveAnswer } from './test/naive.js'
import { randomRelation } from './test/random-relation.js'
import { randomData } from './test/tables.js'
import { choices, Tape } from './test/tape.js'
import { holding, inMemory } from './test/work.js'
import type { PlanDatabase } from './types.js'

type Answer = StoredRow[] | { readonly refused: string }

async function answerOf(give: () => Promise<StoredRow[]>): Promise<Answer> {
  try {
    return await give()
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'NUMERIC_OVERFLOW') return { refused: error.code }
    throw error
  }
}

function run(relation: Relation, databases: Record<string, PlanDatabase>, work = inMemory): Promise<Answer> {
  const environment = { session: (name: string) => databases[name]! }
  return answerOf(async () => {
    const rows: StoredRow[] = []
    const prepared = new Planner().prepare(relation, environment)
    const { batches } = execute(prepared, environment, { whole: false, work })
    for await (const batch of batches) rows.push(...batch)
    return rows
  })
}

/** Says the same to the same question, and anything to different ones. */
function moody(tape: Tape): (relation: Relation) => Verdict {
  const salt = tape.below(1000)
  const supersets = tape.chance(50)
  return (relation) => {
    if (relation.node === 'scan') return 'exact'
    const own = relation.node === 'filter' ? JSON.stringify(relation.condition) : relation.node
    const mood =
      [...`${salt}${own}`].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 1009, 7) % 10
    if (mood < 6) return 'exact'
    return relation.node === 'filter' && supersets && mood < 9 ? 'superset' : 'no'
  }
}

const variants: Record<string, (tape: Tape) => ArrayEngineOptions> = {
  'scans only': () => ({}),
  'scans in key order': () => ({ keyOrder: true }),
  'takes all': () => ({ takes: () => 'exact' }),
  'takes filters as supersets': () => ({
    takes: ({ node }) => (node === 'filter' ? 'superset' : 'exact'),
    keyOrder: true,
  }),
  'takes scans and filters': () => ({
    takes: ({ node }) => (node === 'filter' || node === 'scan' ? 'exact' : 'no'),
  }),
  'takes what it likes': (tape) => ({ takes: moody(tape), keyOrder: tape.chance(50) }),
}

const approximate = (answer: Answer): unknown =>
  Array.isArray(answer)
    ? answer.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'number' ? Number(value.toPrecision(9)) : value,
          ]),
        ),
      )
    : answer

/** A sum that overflows may have no part in the answer, and then goes unnoticed. */
function sameAnswer(actual: Answer, expected: Answer, relation: Relation): void {
  if (!Array.isArray(expected)) return
  expect(approximate(actual), JSON.stringify(relationToJson(relation))).toEqual(approximate(expected))
}

const runs = 300

describe('any relation', () => {
  for (const [name, options] of Object.entries(variants)) {
    test(`means the same on an engine that ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(choices, async (numbers) => {
          const tape = new Tape(numbers)
          const data = randomData(tape)
          const relation = randomRelation(tape)
          const expected = await answerOf(() => naiveAnswer(relation, data))
          const engine = new ArrayEngine(data, options(tape))
          sameAnswer(await run(relation, { main: engine.database() }), expected, relation)
          expect(engine.open).toBe(0)
        }),
        { numRuns: runs },
      )
    })
  }

  test('means the same however little core may hold', async () => {
    await fc.assert(
      fc.asyncProperty(choices, fc.constantFrom(0, 1, 300, 1000, 3000), async (numbers, workMemory) => {
        const tape = new Tape(numbers)
        const data = randomData(tape)
        const relation = randomRelation(tape)
        const expected = await answerOf(() => naiveAnswer(relation, data))
        const engine = new ArrayEngine(data, { takes: moody(tape), rowsPerBatch: 1 + tape.below(9) })
        sameAnswer(await run(relation, { main: engine.database() }, holding(workMemory)), expected, relation)
        expect(engine.open).toBe(0)
      }),
      { numRuns: runs },
    )
  })

  test('means the same across two databases', async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (numbers) => {
        const tape = new Tape(numbers)
        const data = randomData(tape)
        const relation = randomRelation(tape, ['one', 'two'])
        const expected = await answerOf(() => naiveAnswer(relation, data))
        const one = new ArrayEngine(data, { takes: moody(tape) })
        const two = new ArrayEngine(data, { takes: moody(tape), keyOrder: true })
        const answer = await run(relation, { one: one.database(), two: two.database() })
        sameAnswer(answer, expected, relation)
        expect(one.open + two.open).toBe(0)
      }),
      { numRuns: runs },
    )
  })
})
