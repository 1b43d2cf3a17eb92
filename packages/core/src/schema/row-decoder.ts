import type { RelationColumns } from '../relation/types.js'
import { decoderOf } from './codecs.js'
import type { Decode } from './codecs.js'
import { generate } from './generate.js'
import type { StoredRow } from './types.js'

/** Turns a stored row into the user's in place, and returns it. */
export type RowDecoder = (row: StoredRow) => Record<string, unknown>

interface Step {
  readonly name: string
  readonly decode: Decode
}

/**
 * Makes the decoder of rows with these columns; undefined when the stored rows are the user's rows already. Only columns
 * whose forms differ (decimals, `Date` timestamps, bytes, json) are touched, and nulls stay.
 */
export function compileRowDecoder(columns: RelationColumns): RowDecoder | undefined {
  const steps: Step[] = []
  for (const [name, { type }] of columns) {
    const decode = decoderOf(type)
    if (decode !== undefined) steps.push({ name, decode })
  }
  return steps.length === 0 ? undefined : (generateDecoder(steps) ?? interpret(steps))
}

function generateDecoder(steps: readonly Step[]): RowDecoder | undefined {
  const body = steps.map(({ name }, index) => {
    const field = `row[${JSON.stringify(name)}]`
    return `if (${field} !== null) ${field} = decode${index}(${field})`
  })
  const decoders = Object.fromEntries(steps.map(({ decode }, index) => [`decode${index}`, decode]))
  return generate<RowDecoder>(['row'], [...body, 'return row'].join('\n'), decoders)
}

function interpret(steps: readonly Step[]): RowDecoder {
  return (row) => {
    const target: Record<string, unknown> = row
    for (const { name, decode } of steps) {
      const stored = row[name]!
      if (stored !== null) target[name] = decode(stored)
    }
    return target
  }
}
