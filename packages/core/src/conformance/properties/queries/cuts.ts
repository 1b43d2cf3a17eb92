import { createTables } from '../../bench.js'
import type { Engine } from '../../../backend/types.js'
import type { FunctionName } from '../../../expression/types.js'
import type { Relation } from '../../../relation/types.js'
import { randomQueryCase, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { expressionsIn, nodesOf, partsOf } from '../../generate/relation-tree.js'
import { engineAnswer, evaluatorAnswer, expectAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import type { Dice } from '../../random/dice.js'
import { shorter } from '../../random/reduce.js'
import { printValue } from '../../report/print.js'
import { printQueryCase } from '../../report/script.js'
import { wrapBackend } from '../../wrapping.js'

/** A way to take less than the engine could: each is a legal engine. */
interface Cut {
  /** Kinds of nodes that are not taken. */
  readonly refusedNodes: readonly Relation['node'][]
  /** Functions for which no node is taken. */
  readonly refusedFunctions: readonly FunctionName[]
  /** The greatest number of nodes in a subtree that is taken. */
  readonly size: number
  /** Whether filters that are taken exactly are said to let other rows through. */
  readonly vague: boolean
  /** Optional methods that are taken away. */
  readonly missing: readonly (keyof Engine)[]
}

interface CutCase extends QueryCase {
  readonly cut: Cut
}

const optionalMethods: readonly (keyof Engine)[] = ['get', 'updateWhere', 'deleteWhere', 'explain', 'stats']

/** Wherever the pipeline is cut between engine and core, the answer is the same. */
export const everyCutAgrees = randomProperty<CutCase>({
  name: 'queries/cuts',
  rules: [],
  weight: 0.25,
  floor: 0.4,
  make: (dice, { queries }) => ({ ...randomQueryCase(dice, queries), cut: randomCut(dice) }),
  *reduce(value) {
    for (const smaller of shrinkQueryCase(value)) yield { ...smaller, cut: value.cut }
    for (const cut of shrinkCut(value.cut)) yield { ...value, cut }
  },
  print: ({ tables, queries, cut }) =>
    [`// an engine that takes less: ${printValue(cut)}`, printQueryCase(tables, queries)].join('\n'),
  check: async (bench, { tables, queries, cut }) => {
    const backend = wrapBackend(bench.subject.backend(), (engine) => cutEngine(engine, cut))
    const database = await bench.open({}, backend)
    await createTables(database, tables)
    for (const query of queries) {
      const expected = await evaluatorAnswer(tables, query)
      const received = await engineAnswer(database, query)
      expectAnswer('the answer differs when the engine takes less', received, expected, query)
      bench.tally.add(expected.kind === 'rows' && expected.rows.length > 0)
      if (received.kind === 'rows' && received.stats !== undefined) {
        bench.tally.see(received.stats.nodesTaken > 0 ? 'taken' : 'taken not')
      }
    }
    await bench.close(database)
  },
})

function randomCut(dice: Dice): Cut {
  return {
    refusedNodes: dice.sample(
      ['filter', 'project', 'aggregate', 'sort', 'limit', 'distinct', 'join', 'window'],
      0,
      3,
    ),
    refusedFunctions: dice.sample(
      ['equal', 'lessThan', 'and', 'or', 'add', 'cast', 'coalesce', 'length', 'in'],
      0,
      2,
    ),
    size: dice.chance(50) ? 1000 : dice.integer(1, 5),
    vague: dice.chance(30),
    missing: dice.sample(optionalMethods, 0, 2),
  }
}

function* shrinkCut(cut: Cut): Generator<Cut> {
  for (const refusedNodes of shorter(cut.refusedNodes)) yield { ...cut, refusedNodes }
  for (const refusedFunctions of shorter(cut.refusedFunctions)) yield { ...cut, refusedFunctions }
  for (const missing of shorter(cut.missing)) yield { ...cut, missing }
  if (cut.vague) yield { ...cut, vague: false }
}

function cutEngine(engine: Engine, cut: Cut): Partial<Record<keyof Engine, unknown>> {
  const takes = (relation: Relation): 'exact' | 'superset' | 'no' => {
    if (engine.takes === undefined || refuses(cut, relation)) return 'no'
    const answer = engine.takes(relation)
    return answer === 'exact' && cut.vague && relation.node === 'filter' ? 'superset' : answer
  }
  return { takes, ...Object.fromEntries(cut.missing.map((name) => [name, undefined])) }
}

function refuses(cut: Cut, relation: Relation): boolean {
  if (cut.refusedNodes.includes(relation.node)) return true
  if ([...nodesOf(relation)].length > cut.size) return true
  return expressionsIn(relation).some((expression) =>
    [...partsOf(expression)].some(
      (part) => part.kind === 'call' && cut.refusedFunctions.includes(part.function),
    ),
  )
}
