import { isDeepStrictEqual } from 'node:util'
import type { LogicalType, StoredValue, TableDefinition } from '@holdfast/core/backend'

/** A table or a subquery in a `from` clause. Two of them are never the same object, whatever they are called. */
export class Source {
  /** @param table undefined for a subquery */
  constructor(readonly table?: TableDefinition) {}
}

/** A column of a source: `"t1"."name"`. */
export interface Reference {
  readonly kind: 'reference'
  readonly source: Source
  readonly column: string
}

/** Turns a stored value, or a list of them, into what the driver binds. */
export type EncodeParameter = (value: StoredValue | readonly StoredValue[]) => unknown

/** A place for a bound value: a parameter of the relation, or a value that the relation itself holds. */
export interface Hole {
  readonly kind: 'hole'
  readonly from: { readonly index: number } | { readonly value: StoredValue | readonly StoredValue[] }
  readonly type: LogicalType
  readonly list: boolean
  readonly encode: EncodeParameter
}

/**
 * A piece of SQL: text with holes and references, so that names and placeholders are settled only when the whole
 * statement is written. Immutable, and shared freely: substitution is using a fragment twice.
 */
export interface Fragment {
  readonly parts: readonly (string | Reference | Hole | Fragment)[]
  /** Characters, about: what keeps a statement from exploding when fragments repeat. */
  readonly size: number
  /** How deeply templates nest: an upper bound, times a small factor, of the depth of the parsed expression. */
  readonly depth: number
}

const sizeOfLeaf = 8

function fragment(parts: Fragment['parts']): Fragment {
  let size = 0
  let depth = 0
  for (const part of parts) {
    if (typeof part === 'string') size += part.length
    else if ('parts' in part) {
      size += part.size
      depth = Math.max(depth, part.depth)
    } else size += sizeOfLeaf
  }
  return { parts, size, depth: depth + 1 }
}

/** SQL text as it stands. Never of anything that a user or a definition provides: quote identifiers, bind values. */
export function raw(text: string): Fragment {
  return { parts: [text], size: text.length, depth: 0 }
}

/** A template of fragments; numbers are written as they are. */
export function sql(
  strings: TemplateStringsArray,
  ...values: readonly (Fragment | number | bigint)[]
): Fragment {
  const parts: (string | Fragment)[] = []
  for (let index = 0; index < strings.length; index++) {
    if (strings[index] !== '') parts.push(strings[index]!)
    const value = values[index]
    if (value !== undefined) parts.push(typeof value === 'object' ? value : String(value))
  }
  return fragment(parts)
}

export function reference(source: Source, column: string): Fragment {
  return { parts: [{ kind: 'reference', source, column }], size: sizeOfLeaf, depth: 0 }
}

export function hole(from: Hole['from'], type: LogicalType, encode: EncodeParameter, list = false): Fragment {
  return { parts: [{ kind: 'hole', from, type, list, encode }], size: sizeOfLeaf, depth: 0 }
}

/** Fragments with a separator between them. */
export function join(fragments: readonly Fragment[], separator: string): Fragment {
  return fragment(fragments.flatMap((part, index) => (index === 0 ? [part] : [separator, part])))
}

const widest = 16

/** Joins terms by an associative operator; many of them as a balanced tree, for parsers limit the depth of a chain. */
export function balanced(terms: readonly Fragment[], operator: string): Fragment {
  if (terms.length <= widest) return join(terms, ` ${operator} `)
  const size = Math.ceil(terms.length / widest)
  const groups: Fragment[] = []
  for (let start = 0; start < terms.length; start += size) {
    groups.push(sql`(${balanced(terms.slice(start, start + size), operator)})`)
  }
  return join(groups, ` ${operator} `)
}

/** The single hole or reference that a fragment consists of, if it is one. */
export function leafOf(whole: Fragment): Reference | Hole | undefined {
  const [only, second] = whole.parts
  if (second !== undefined || only === undefined || typeof only === 'string') return undefined
  return 'parts' in only ? leafOf(only) : only
}

/** Whether two fragments are written alike and mean the same: a reference to one source is none to another. */
export function sameFragment(left: Fragment, right: Fragment): boolean {
  if (left === right) return true
  if (left.parts.length !== right.parts.length) return false
  return left.parts.every((part, index) => samePart(part, right.parts[index]!))
}

function samePart(left: Fragment['parts'][number], right: Fragment['parts'][number]): boolean {
  if (typeof left === 'string' || typeof right === 'string') return left === right
  if ('parts' in left) return 'parts' in right && sameFragment(left, right)
  if ('parts' in right) return false
  if (left.kind === 'reference') {
    return right.kind === 'reference' && left.source === right.source && left.column === right.column
  }
  if (right.kind === 'reference' || left.list !== right.list) return false
  return isDeepStrictEqual([left.from, left.type], [right.from, right.type])
}

/** Whether a place for a list is in it. */
export function holdsList({ parts }: Fragment): boolean {
  return parts.some((part) => {
    if (typeof part === 'string') return false
    return 'parts' in part ? holdsList(part) : part.kind === 'hole' && part.list
  })
}

/** Calls back for every reference, in no certain order. */
export function eachReference(whole: Fragment, visit: (reference: Reference) => void): void {
  for (const part of whole.parts) {
    if (typeof part === 'string') continue
    if ('parts' in part) eachReference(part, visit)
    else if (part.kind === 'reference') visit(part)
  }
}

/** Whether a fragment is, or has among its parts, one of the others. */
export function includesAny(whole: Fragment, others: ReadonlySet<Fragment>): boolean {
  if (others.has(whole)) return true
  return whole.parts.some((part) => typeof part !== 'string' && 'parts' in part && includesAny(part, others))
}
