import { keysExhausted } from '@holdfast/core/backend'
import type { StoredRow, StoredValue } from '@holdfast/core/backend'
import type { Unit } from '../unit.js'
import { sqlStateOf } from '../wire/exchange-error.js'
import type { Step } from '../wire/step.js'
import type { TableLayout } from './layout.js'

/** Keys further apart than this are passed over by setting the sequence. */
const farthest = 10_000

/**
 * Brings the sequence of a table past keys that the caller chose, so that they are never given out (WRITE-4). By drawing
 * the numbers between, for setting a sequence could take back what another connection draws meanwhile; only where there
 * are so many that nobody draws them in that moment is it set.
 */
export function pastGivenKeys(layout: TableLayout, rows: readonly StoredRow[]): readonly Step[] {
  const { generated, sequence } = layout
  if (generated === undefined || sequence === undefined) return []
  let greatest: number | bigint = 0
  for (const row of rows) {
    const key = row[generated.name] as number | bigint | null | undefined
    if (key != null && key > greatest) greatest = key
  }
  if (greatest === 0 || greatest === 0n) return []
  const text = `
    SELECT CASE
      WHEN gap <= 0 THEN NULL
      WHEN gap <= ${farthest} THEN (SELECT max(nextval('${literal(sequence)}')) FROM generate_series(1, gap::int8))
      ELSE setval('${literal(sequence)}', $1::int8)
    END
    FROM (SELECT $1::numeric - CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS gap FROM ${sequence}) AS s`
  return [{ text, values: [String(greatest)], prepared: true }]
}

/** Draws new keys, in ascending order. */
export async function drawKeys(
  unit: Unit,
  layout: TableLayout,
  count: number,
  before: readonly Step[],
): Promise<StoredValue[]> {
  const keys: StoredValue[] = []
  const isBigint = layout.generated!.type.name === 'bigint'
  const step: Step = {
    text: `SELECT nextval('${literal(layout.sequence!)}') FROM generate_series(1, $1::int4)`,
    values: [String(count)],
    prepared: true,
    onRow: ([key]) => keys.push(isBigint ? BigInt(key!) : Number(key)),
  }
  try {
    await unit.run([...before, step])
  } catch (error) {
    throw exhaustion(error, layout) ?? error
  }
  return keys
}

/** A sequence that has come to its end. */
export function exhaustion(error: unknown, { table }: TableLayout): Error | undefined {
  return sqlStateOf(error) === '2200H' ? keysExhausted(table) : undefined
}

const literal = (name: string) => name.replaceAll("'", "''")
