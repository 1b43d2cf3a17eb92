import type { Database } from '../../database/database-types.js'
import type { Expression, Literal } from '../../expression/types.js'
import { typeOfExpression } from '../../expression/type-of.js'
import { columnsOfTable } from '../../relation/columns-of.js'
import type { Relation } from '../../relation/types.js'
import type { ColumnDefinition, StoredRow, TableDefinition } from '../../schema/types.js'
import { toUser } from '../../schema/values.js'
import type { Bench } from '../bench.js'
import { withTables } from '../bench.js'
import { call } from '../generate/expressions/call.js'
import { databaseName } from '../generate/query-case.js'
import { describeType } from '../generate/types.js'
import type { TableCase } from '../generate/tables.js'
import { fixedProperty } from '../property.js'
import type { FixedCase, Property } from '../property.js'
import { expectSame } from '../report/expect.js'
import { printValue } from '../report/print.js'
import { describeExpression } from '../report/relation.js'
import { withinLimit } from '../time-limit.js'
import type { ScalarFact } from './notation.js'

/** A property that asks for each fact in every way: of columns, of values, and as the condition of a filter. */
export function scalarFactsProperty(name: string, facts: readonly ScalarFact[]): Property {
  const rules = [...new Set(facts.map(({ rule }) => rule))]
  return fixedProperty({
    name,
    rules,
    cases: rules.map((rule) =>
      factsOfRule(
        rule,
        facts.filter((fact) => fact.rule === rule),
      ),
    ),
  })
}

function factsOfRule(rule: string, facts: readonly ScalarFact[]): FixedCase {
  return {
    name: `${rule} in ${facts.length} facts`,
    rules: [rule],
    check: async (bench: Bench) => {
      await checkFacts(await bench.shared(), facts)
      bench.tally.see('facts', facts.length)
    },
  }
}

/** Requires that an engine knows all of these facts. */
export async function checkFacts(database: Database, facts: readonly ScalarFact[]): Promise<void> {
  const table = new ArgumentTable(facts)
  await withTables(database, [table.tableCase], async () => {
    for (const fact of facts) await checkFact(database, table, fact)
  })
}

/** A table of one row that holds every argument of the facts in a column of its own. */
class ArgumentTable {
  readonly #columns = new Map<string, { readonly column: ColumnDefinition; readonly literal: Literal }>()

  constructor(facts: readonly ScalarFact[]) {
    for (const fact of facts) this.#collect(fact.expression)
  }

  get definition(): TableDefinition {
    const columns = [...this.#columns.values()].map(({ column }) => column)
    const key: ColumnDefinition = { name: 'id', type: { name: 'integer' }, nullable: false }
    return { name: 'facts', columns: [key, ...columns], primaryKey: ['id'], indexes: [], checks: [] }
  }

  get tableCase(): TableCase {
    const values = [...this.#columns.values()].map(
      ({ column, literal }) => [column.name, literal.value] as const,
    )
    const row: StoredRow = { id: 1, ...Object.fromEntries(values) }
    return { definition: this.definition, rows: [row], columns: {} }
  }

  /** The expression with columns for all literals, or for the first of each call only. */
  over(expression: Expression, which: 'all' | 'first'): Expression {
    if (expression.kind === 'literal') return { kind: 'column', name: this.#nameOf(expression) }
    if (expression.kind !== 'call') return expression
    return {
      ...expression,
      arguments: expression.arguments.map((argument, index) =>
        index === 0 || which === 'all' ? this.over(argument, which) : argument,
      ),
    }
  }

  #collect(expression: Expression): void {
    if (expression.kind === 'call') expression.arguments.forEach((argument) => this.#collect(argument))
    if (expression.kind !== 'literal' || this.#columns.has(keyOf(expression))) return
    const name = `c${this.#columns.size}`
    this.#columns.set(keyOf(expression), {
      column: { name, type: expression.type, nullable: true },
      literal: expression,
    })
  }

  #nameOf(literal: Literal): string {
    return this.#columns.get(keyOf(literal))?.column.name ?? ''
  }
}

function keyOf({ type, value }: Literal): string {
  return `${describeType(type)} ${printValue(value)}`
}

async function checkFact(database: Database, table: ArgumentTable, fact: ScalarFact): Promise<void> {
  const { definition } = table
  const scan: Relation = { node: 'scan', table: definition, database: databaseName }
  const ways = [table.over(fact.expression, 'all'), ...withLiterals(table, fact.expression)]
  for (const expression of ways) {
    const { type } = typeOfExpression(expression, columnsOfTable(definition))
    const what = `${describeExpression(fact.expression)}, asked as ${describeExpression(expression)}`
    const query: Relation = { node: 'project', input: scan, columns: [{ name: 'answer', expression }] }
    const rows = await withinLimit('query', () => database.query(query).all())
    expectSame(what, rows, [{ answer: toUser(type, fact.answer) }], [fact.rule])

    const filter: Relation = {
      node: 'filter',
      input: scan,
      condition: isAnswer(expression, { kind: 'literal', type, value: fact.answer }),
    }
    const count = await withinLimit('count', () => database.query(filter).count())
    expectSame(`the rows for which ${what} is ${printValue(fact.answer)}`, count, 1, [fact.rule])
  }
}

/** A null literal cannot be compared (NULL-3), so facts about null are asked of columns only. */
function withLiterals(table: ArgumentTable, expression: Expression): Expression[] {
  const rest = expression.kind === 'call' ? expression.arguments.slice(1) : []
  const speaksOfNull = rest.some((argument) => argument.kind === 'literal' && argument.value === null)
  return rest.length === 0 || speaksOfNull ? [] : [table.over(expression, 'first')]
}

function isAnswer(expression: Expression, answer: Literal): Expression {
  return answer.value === null
    ? call('isNull', [expression])
    : call('not', [call('isDistinctFrom', [expression, answer])])
}
