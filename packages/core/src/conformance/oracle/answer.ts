import { isHoldfastError } from '../../backend/errors.js'
import type { ErrorCode } from '../../backend/errors.js'
import type { Batch } from '../../backend/types.js'
import type { Database } from '../../database/database-types.js'
import type { QueryStatistics } from '../../database/query-types.js'
import { evaluate } from '../../evaluate/evaluate.js'
import { withTotalOrder } from '../../plan/order.js'
import { columnsOf } from '../../relation/columns-of.js'
import type { Relation, ScanNode } from '../../relation/types.js'
import { toUser } from '../../schema/values.js'
import type { StoredRow } from '../../schema/types.js'
import { approximateColumns } from '../generate/approximate.js'
import type { TableCase } from '../generate/tables.js'
import { Disagreement } from '../report/disagreement.js'
import { firstDifference } from '../report/equal.js'
import { printRows } from '../report/print.js'
import { withinLimit } from '../time-limit.js'
import { mustTellOverflow } from './overflow.js'
import { rulesOf } from './rules.js'

/** What a query comes to: rows of user values, or the one refusal that a legal query may meet. */
export type Answer =
  | {
      readonly kind: 'rows'
      readonly rows: readonly Record<string, unknown>[]
      readonly stats?: QueryStatistics
    }
  | { readonly kind: 'refused'; readonly code: ErrorCode }

/** The answer of the reference evaluator over the rows themselves: no engine has any part in it. */
export async function evaluatorAnswer(tables: readonly TableCase[], relation: Relation): Promise<Answer> {
  const source = (scan: ScanNode): Iterable<Batch> => batchesOf(tables, scan.table.name)
  return answerOf(async () => {
    const columns = [...columnsOf(relation)]
    const rows: Record<string, unknown>[] = []
    for await (const batch of evaluate(withTotalOrder(relation), source)) {
      for (const row of batch) {
        rows.push(
          Object.fromEntries(columns.map(([name, { type }]) => [name, toUser(type, row[name] ?? null)])),
        )
      }
    }
    return { kind: 'rows', rows }
  })
}

function batchesOf(tables: readonly TableCase[], name: string): Batch[] {
  const rows = tables.find(({ definition }) => definition.name === name)?.rows ?? []
  return rows.length === 0 ? [] : [rows.map((row): StoredRow => ({ ...row }))]
}

/** The answer of an engine through the public API. */
export async function engineAnswer(database: Database, relation: Relation): Promise<Answer> {
  return answerOf(async () => {
    const { rows, stats } = await withinLimit('query', () => database.query(relation).run())
    return { kind: 'rows', rows, stats }
  })
}

/** Only an aggregate can refuse a query that fits together (AGG-2, AGG-3). */
async function answerOf(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call()
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'NUMERIC_OVERFLOW')
      return { kind: 'refused', code: error.code }
    throw error
  }
}

/** Requires that two answers to one query are the same list, or the same refusal. */
export function expectAnswer(what: string, received: Answer, expected: Answer, relation: Relation): void {
  if (sameAnswer(received, expected, relation)) return
  throw new Disagreement({
    what,
    received: describeAnswer(received),
    expected: describeAnswer(expected),
    rules: rulesOf(relation),
  })
}

function sameAnswer(received: Answer, expected: Answer, relation: Relation): boolean {
  if (received.kind === 'refused') return expected.kind === 'refused'
  if (expected.kind === 'refused') return !mustTellOverflow(relation)
  return firstDifference(received.rows, expected.rows, approximateColumns(relation)) === -1
}

export function describeAnswer(answer: Answer): string {
  return answer.kind === 'rows' ? printRows(answer.rows) : `HoldfastError ${answer.code}`
}
