import { HoldfastError } from '../backend/errors.js'
import type { SqlStatement } from '../backend/types.js'
import { reading } from './faults.js'

/** The text and values of a tagged template. @throws HoldfastError `INVALID_ARGUMENT` for a call of another form */
export function readStatement(text: unknown, values: readonly unknown[]): SqlStatement {
  const parts = reading('sql', () => templateParts(text))
  if (parts === undefined || parts.length !== values.length + 1) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      'sql is the tag of a template, which binds every value: db.sql`select ... where id = ${id}`.',
    )
  }
  const missing = values.indexOf(undefined)
  if (missing >= 0) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `Value ${missing + 1} of the statement is undefined: bind null to mean null.`,
      {
        path: `values[${missing}]`,
      },
    )
  }
  return { parts, values }
}

/** Whether what `sql` is called with is an object of options, and not the text of a template. */
export function isOptions(given: unknown): boolean {
  return reading('sql', () => typeof given === 'object' && given !== null && !Array.isArray(given))
}

/** Only a template has its raw text beside it: a text that was put together cannot be passed by mistake. */
function templateParts(text: unknown): readonly string[] | undefined {
  if (!Array.isArray(text) || !Array.isArray((text as { readonly raw?: unknown }).raw)) return undefined
  const parts = Array.from(text as readonly unknown[])
  return parts.every((part) => typeof part === 'string') ? parts : undefined
}
