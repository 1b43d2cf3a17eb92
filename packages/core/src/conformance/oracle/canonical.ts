import { compareTexts } from './order.js'

export type Document =
  null | boolean | number | string | readonly Document[] | { readonly [key: string]: Document }

/** Canonical JSON, written apart from core's own so that the two check each other (TYPE-9). */
export function canonicalText(document: Document): string {
  if (isList(document)) return `[${document.map(canonicalText).join(',')}]`
  if (typeof document !== 'object' || document === null) return JSON.stringify(document)
  const members = Object.entries(document)
    .sort(([left], [right]) => compareTexts(left, right))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member)}`)
  return `{${members.join(',')}}`
}

function isList(document: Document): document is readonly Document[] {
  return Array.isArray(document)
}
