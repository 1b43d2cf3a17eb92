import type { Bench } from '../bench.js'
import { withTables } from '../bench.js'
import { engineAnswer, expectAnswer } from '../oracle/answer.js'
import { fixedProperty } from '../property.js'
import type { FixedCase, Property } from '../property.js'
import { printQueryCase } from '../report/script.js'
import { aggregateFacts } from './aggregate-facts.js'
import { orderFacts } from './order-facts.js'
import { factTables } from './relation-notation.js'
import type { RelationFact } from './relation-notation.js'
import { windowFacts } from './window-facts.js'

const relationFacts: readonly RelationFact[] = [...orderFacts, ...aggregateFacts, ...windowFacts]

/** Nodes, aggregates and windows over fixed rows, with their answers written out. */
export const relationFactsProperty: Property = fixedProperty({
  name: 'facts/relations',
  rules: [...new Set(relationFacts.map(({ rule }) => rule))],
  cases: relationFacts.map((fact, index): FixedCase => ({
    name: `${fact.rule}, fact ${index + 1}`,
    rules: [fact.rule],
    script: printQueryCase(factTables, [fact.query]),
    check: (bench) => checkFact(bench, fact),
  })),
})

async function checkFact(bench: Bench, { query, answer }: RelationFact): Promise<void> {
  const database = await bench.shared()
  await withTables(database, factTables, async () => {
    const received = await engineAnswer(database, query)
    const expected =
      answer === 'NUMERIC_OVERFLOW'
        ? ({ kind: 'refused', code: answer } as const)
        : ({ kind: 'rows', rows: answer } as const)
    expectAnswer('the answer is written down', received, expected, query)
  })
}
