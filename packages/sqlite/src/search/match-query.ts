import { searchTerms } from '@holdfast/sql'

/** A query in the language of FTS5 from what a person writes; undefined if it holds no word. */
export function matchQuery(query: string): string | undefined {
  const terms = searchTerms(query).map(({ text, isBeginning }) => `"${text}"${isBeginning ? '*' : ''}`)
  return terms.length === 0 ? undefined : terms.join(' AND ')
}
