import { generateFunction } from '../backend/generate-function.js'
import type { RelationColumns } from '../relation/types.js'
import { decoderOf } from './codecs.js'
import type { Decode } from './codecs.js'
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
  return steps.length === 0 ? undefined : (generateDecoder(steps) ?? interpret(steps))
}

interface Step {
  readonly name: string
  readonly decode: Decode
}

/** Straight code over the names: by variable names the same takes several times as long. */
function generateDecoder(steps: readonly Step[]): RowDecoder | undefined {
  const lines = steps.map(({ name }, index) => {
    const field = `row[${JSON.stringify(name)}]`
    return `if ((value = ${field}) != null) ${field} = decode${index}(value)`
  })
  const decoders = Object.fromEntries(steps.map(({ decode }, index) => [`decode${index}`, decode]))
  return generateFunction<RowDecoder>(['row'], ['let value', ...lines, 'return row'].join('\n'), decoders)
}

function interpret(steps: readonly Step[]): RowDecoder {
  return (row) => {
    const target: Record<string, unknown> = row
    for (const { name, decode } of steps) {
      const stored = row[name]
      if (stored != null) target[name] = decode(stored)
    }
    return target
  }
}
