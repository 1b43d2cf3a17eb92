import { toStored, toUser } from '@holdfast/core/backend'
import type { RowForm } from '../types.js'

const type = { name: 'json' } as const

/**
 * A document from its text, in canonical form (TYPE-9).
 *
 * @throws HoldfastError `LIMIT_EXCEEDED` if it is too large or too deep, and another one if it is none
 */
export function readDocument(text: string, form: RowForm): unknown {
  return documentOf(parse(text), form)
}

/** What `JSON.parse` gives, without the fault of V8 that core works around. */
export function parse(text: string): unknown {
  return toUser(type, text)
}

/** As `readDocument`, of a value that was parsed already. */
export function documentOf(value: unknown, form: RowForm): unknown {
  const stored = toStored(type, value, 'json')
  return form === 'stored' ? stored : parse(stored as string)
}
