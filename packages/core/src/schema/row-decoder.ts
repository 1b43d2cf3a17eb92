import type { RelationColumns } from '../relation/types.js'
import { decoderOf } from './codecs.js'
import type { StoredRow } from './types.js'

/** Turns a stored row into the user's in place, and returns it. */
export type RowDecoder = (row: StoredRow) => Record<string, unknown>

/**
 * Makes the decoder of rows with these columns; undefined when the stored rows are the user's rows already. Only columns
 * whose forms differ (decimals, `Date` timestamps, bytes, json) are touched, and nulls stay.
 */
export function compileRowDecoder(columns: RelationColumns): RowDecoder | undefined {
  const steps = [...columns].flatMap(([name, { type }]) => {
    const decode = decoderOf(type)
    return decode === undefined ? [] : [{ name, decode }]
  })
  if (steps.length === 0) return undefined
  return (row) => {
    const target: Record<string, unknown> = row
    for (const { name, decode } of steps) {
      const stored = row[name]
      if (stored != null) target[name] = decode(stored)
    }
    return target
  }
}
