import { canonicalJson, parseJson } from '../../schema/canonical-json.js'
import type { StoredValue, TypeName } from '../../schema/types.js'
import type { ValueFunction } from './function.js'
import { printType, printTypes } from './rules.js'

type Path = readonly (string | number)[]

/** The value as the type, or null when it is of another (JSON-1). */
const readers: Partial<Record<TypeName, (value: unknown) => StoredValue>> = {
  text: (value) => (typeof value === 'string' ? value : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
  double: (value) => (typeof value === 'number' ? value : null),
  integer: (value) => (Number.isSafeInteger(value) ? (value as number) : null),
  json: (value) => (value === null || value === undefined ? null : canonicalJson(value)),
}

/** Names find members of objects, numbers items of arrays; nothing that is inherited. */
function follow(document: unknown, path: Path): unknown {
  let value = document
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value) !== (typeof step === 'number') || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}

export const json = {
  jsonPath: {
    arity: [1, 1],
    options: ['type', 'path'],
    nulls: 'propagate',
    typeOf(types, options) {
      const type = options.type!
      if (types[0]!.type.name !== 'json') return `takes json, not ${printTypes(types)}`
      if (readers[type.name] === undefined) {
        return `reads ${Object.keys(readers).join(', ')}, not ${printType(type)}: cast what it reads`
      }
      return { type, nullable: true }
    },
    implement(_types, options) {
      const read = readers[options.type!.name]!
      const path = options.path!
      return (document: string) => read(follow(parseJson(document), path))
    },
  },
} satisfies Record<string, ValueFunction>
