import type { StoredValue } from '@holdfast/core/backend'
import { runs, values } from '../defects.ts'
import type { Mutant, MutantFamily } from '../mutant.ts'
import { rewriting } from '../relations.ts'

function documents(name: string, breaks: string, change: (text: string) => StoredValue): Mutant {
  return values(name, breaks, (value, { type }) =>
    type.name === 'json' && typeof value === 'string' ? change(value) : value,
  )
}

const withoutNulls = (_key: string, member: unknown): unknown =>
  typeof member === 'object' && member !== null && !Array.isArray(member)
    ? Object.fromEntries(Object.entries(member).filter(([, value]) => value !== null))
    : member

export const json: MutantFamily = {
  family: 'JSON',
  mutants: [
    documents('keeps white space in documents', 'types/boundaries', (text) =>
      JSON.stringify(JSON.parse(text), undefined, 1),
    ),
    documents('loses members that are null', 'types/boundaries', (text) =>
      JSON.stringify(JSON.parse(text, withoutNulls)),
    ),
    documents('takes an empty list for an empty object', 'types/boundaries', (text) =>
      text === '[]' ? '{}' : text,
    ),
    documents('takes false for nothing', 'types/boundaries', (text) => (text === 'false' ? null : text)),
    documents('gives the text of a document that is a text', 'types/boundaries', (text) =>
      text.startsWith('"') ? (JSON.parse(text) as string) : text,
    ),
    documents('escapes what is not ASCII twice', 'types/boundaries', (text) =>
      text.replace(/[^\x20-\x7e]/g, '?'),
    ),
    runs(
      'parts keys at their dots',
      'facts/json',
      rewriting('jsonPath', (call) => ({
        ...call,
        options: {
          ...call.options,
          path: (call.options?.path ?? []).flatMap((key) =>
            typeof key === 'string' && key.includes('.') ? key.split('.') : [key],
          ),
        },
      })),
    ),
    runs(
      'counts the items of a list from 1',
      'facts/json',
      rewriting('jsonPath', (call) => ({
        ...call,
        options: {
          ...call.options,
          path: (call.options?.path ?? []).map((key) => (typeof key === 'number' && key > 0 ? key - 1 : key)),
        },
      })),
    ),
  ],
}
