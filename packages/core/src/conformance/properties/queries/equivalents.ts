import { columnsOf } from '../../../relation/columns-of.js'
import type { Relation } from '../../../relation/types.js'
import { withTables } from '../../bench.js'
import { databaseName, randomTables } from '../../generate/query-case.js'
import { equivalentRelation } from '../../generate/rewrite.js'
import { randomRelation } from '../../generate/relations/generator.js'
import { shrinkRelation } from '../../generate/shrink/relation.js'
import { shrinkTables } from '../../generate/shrink/tables.js'
import type { TableCase } from '../../generate/tables.js'
import { engineAnswer, expectAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import type { Dice } from '../../random/dice.js'
import { replaced } from '../../random/reduce.js'
import { describeRelation } from '../../report/relation.js'
import { printQueryCase } from '../../report/script.js'

interface Pair {
  readonly plain: Relation
  /** The same in other words. */
  readonly other: Relation
}

interface EquivalentCase {
  readonly tables: readonly TableCase[]
  readonly pairs: readonly Pair[]
}

/**
 * A query has one answer in whatever words it is asked: with double negations, by De Morgan's laws, beside conditions that
 * are always or never true, with comparisons turned round and lists as alternatives. Needs no reference to compare with.
 */
export const sameInOtherWords = randomProperty<EquivalentCase>({
  name: 'queries/equivalents',
  rules: [],
  weight: 0.4,
  floor: 0.25,
  make: (dice) => {
    const tables = randomTables(dice)
    const pairs = dice.several(4, 4, () => randomPair(dice, tables))
    return { tables, pairs }
  },
  *reduce({ tables, pairs }) {
    if (pairs.length > 1) {
      for (const pair of pairs) yield { tables, pairs: [pair] }
      return
    }
    for (const smaller of replaced(pairs, shrinkPair)) yield { tables, pairs: smaller }
    for (const smaller of shrinkTables({
      tables,
      queries: pairs.flatMap(({ plain, other }) => [plain, other]),
    })) {
      const [plain, other] = smaller.queries
      if (plain !== undefined && other !== undefined)
        yield { tables: smaller.tables, pairs: [{ plain, other }] }
    }
  },
  print: ({ tables, pairs }) =>
    [
      printQueryCase(
        tables,
        pairs.map(({ plain }) => plain),
      ),
      ...pairs.map(({ other }) => `// in other words: ${describeRelation(other)}`),
    ].join('\n'),
  check: async (bench, { tables, pairs }) => {
    const database = await bench.shared()
    await withTables(database, tables, async () => {
      for (const { plain, other } of pairs) {
        const expected = await engineAnswer(database, plain)
        const received = await engineAnswer(database, other)
        expectAnswer('the answer differs in other words', received, expected, plain)
        bench.tally.add(differs(plain, other) && expected.kind === 'rows' && expected.rows.length > 0)
      }
    })
  },
})

/** Not every query has other words: one that has is worth a few throws. */
function randomPair(dice: Dice, tables: readonly TableCase[]): Pair {
  for (let throws = 0; ; throws += 1) {
    const plain = randomRelation(dice, tables, databaseName)
    const other = equivalentRelation(dice, plain)
    if (throws === 4 || differs(plain, other)) return { plain, other }
  }
}

function differs(plain: Relation, other: Relation): boolean {
  return describeRelation(plain) !== describeRelation(other)
}

/** Both sides lose the same node from the top, as long as they agree on what is left. */
function* shrinkPair({ plain, other }: Pair): Generator<Pair> {
  const inputs = (node: Relation): readonly Relation[] =>
    node.node === 'scan' ? [] : node.node === 'join' ? [node.left, node.right] : [node.input]
  const [below, beside] = [inputs(plain), inputs(other)]
  for (const [index, input] of below.entries()) {
    const twin = beside[index]
    if (twin !== undefined && sameColumns(input, twin)) yield { plain: input, other: twin }
  }
  if (plain.node !== 'filter' || other.node !== 'filter') return
  const scan = shrinkRelation(plain.input)
  for (const input of scan) {
    const smaller = { plain: { ...plain, input }, other: { ...other, input } }
    if (isLegal(smaller.plain) && isLegal(smaller.other)) yield smaller
  }
}

function isLegal(relation: Relation): boolean {
  try {
    columnsOf(relation)
    return true
  } catch {
    return false
  }
}

function sameColumns(left: Relation, right: Relation): boolean {
  return [...columnsOf(left).keys()].join() === [...columnsOf(right).keys()].join()
}
