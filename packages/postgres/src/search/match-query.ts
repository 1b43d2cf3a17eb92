import { searchTerms } from '@holdfast/sql'

/** A query in the language of `to_tsquery` from what a person writes; undefined if it holds no word. */
export function matchQuery(query: string): string | undefined {
  const terms = searchTerms(query, plainText).map(
    ({ text, isBeginning }) => `'${text.replaceAll(/['\\]/g, '$&$&')}'${isBeginning ? ':*' : ''}`,
  )
  return terms.length === 0 ? undefined : terms.join(' & ')
}

/** Without case and accents. */
function plainText(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
}
