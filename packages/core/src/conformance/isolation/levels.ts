import type { Capabilities } from '../../backend/types.js'
import type { TransactionOptions } from '../../database/database-types.js'

/** What a transaction may ask for; undefined: it names no isolation. */
export type Level = TransactionOptions['isolation']

export const levels: readonly Level[] = [undefined, 'snapshot', 'serializable']

/** Whether an engine that declares this gives transactions of the level, or refuses them. */
export function offers({ transactions }: Capabilities, level: Level): boolean {
  return level !== 'serializable' || transactions !== 'snapshot'
}

export function optionsOf(level: Level, readOnly: boolean): TransactionOptions {
  return { readOnly, ...(level === undefined ? {} : { isolation: level }) }
}

export function nameOf(level: Level): string {
  return level ?? 'default'
}
