import { columnsOf } from '../relation/index.js'
import type { Relation } from '../relation/index.js'
import { keysetOf } from '../plan/index.js'
import type { StoredRow } from '../schema/types.js'
import { readCursor, writeCursor } from './cursor.js'
import type { Call } from './diagnostics.js'
import { afterCondition, describeOrder, orderColumns } from './keyset.js'
import { decoderFor } from './query-run.js'
import type { QueryRunner } from './query-run.js'

interface PageRequest {
  readonly size: number
  readonly after: string | undefined
}

interface StoredPage {
  readonly rows: Record<string, unknown>[]
  readonly next?: string
}

/** One page of a relation: the rows after the cursor in its total order, and one more that tells whether there is a next page. */
export async function readPage(
  runner: QueryRunner,
  relation: Relation,
  { size, after }: PageRequest,
  call: Call,
): Promise<StoredPage> {
  const keyset = keysetOf(relation)
  const columns = orderColumns(keyset)
  const types = columns.map((column) => column.type)
  const order = describeOrder(columns, keyset.relation)

  let input = keyset.relation
  if (after !== undefined) {
    const condition = afterCondition(columns, readCursor(order, types, after))
    if (condition === undefined) return { rows: [] }
    input = { node: 'filter', input, condition }
  }
  // Without terms there is one row at most.
  const sorted: Relation = columns.length === 0 ? input : { node: 'sort', input, terms: keyset.terms }
  const stored = await runner.storedRows({ node: 'limit', input: sorted, count: size + 1, offset: 0 }, call)
  const more = stored.length > size
  const rows = stored.slice(0, size)
  const last = rows.at(-1)
  const next =
    more && last
      ? writeCursor(
          order,
          columns.map(({ name }) => last[name]!),
        )
      : undefined
  return { rows: rows.map(userRow(relation, keyset.relation)), ...(next !== undefined && { next }) }
}

/** Makes a row the user's: without the columns that only the order needed. */
function userRow(relation: Relation, keyset: Relation): (row: StoredRow) => Record<string, unknown> {
  const columns = columnsOf(relation)
  const hidden = [...columnsOf(keyset).keys()].filter((name) => !columns.has(name))
  const decode = decoderFor(columns)
  return (row) => {
    for (const name of hidden) delete row[name]
    return decode === undefined ? row : decode(row)
  }
}
