import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { renderColumn, renderSupport } from './render.ts'
import type { Support } from './types.ts'
import { root } from './versions.ts'

/** What was measured, beside which everything else is only another form of it. */
const resultsFile = 'conformance/support.json'

const [begin, end] = ['<!-- support:begin -->', '<!-- support:end -->']

export function readResults(): Support {
  const file = new URL(resultsFile, root)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Support) : { engines: {} }
}

export function writeResults(support: Support): void {
  // A line for each cell, so that a difference is a line too.
  const text = JSON.stringify(support, null, 2).replace(/\{\s+("word": "\w+")\s+\}/g, '{ $1 }')
  writeFileSync(new URL(resultsFile, root), `${text}\n`)
}

/** The text with what stands between its two marks replaced. Throws where it has not exactly these two, in order. */
export function between(text: string, content: string): string {
  const parts = text.split(begin)
  const [after, ...more] = parts[1]?.split(end).slice(1) ?? []
  if (parts.length !== 2 || after === undefined || more.length > 0 || parts[0]!.includes(end))
    throw new Error(`The file needs one ${begin} and, below it, one ${end}.`)
  return `${parts[0]}${begin}\n\n${content}\n\n${end}${after}`
}

/** Every file that is written from the results, by its path in the repository. */
function rendered(support: Support): ReadonlyMap<string, string> {
  const files = new Map([['SUPPORT.md', renderSupport(support)]])
  for (const [name, engine] of Object.entries(support.engines)) {
    const path = `packages/${name}/README.md`
    files.set(path, between(read(path), renderColumn(name, engine)))
  }
  return files
}

const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** The files that are not as the results say. */
export function staleFiles(support: Support): readonly string[] {
  return [...rendered(support)]
    .filter(([path, text]) => !existsSync(new URL(path, root)) || read(path) !== text)
    .map(([path]) => path)
}

export function writeFiles(support: Support): void {
  for (const [path, text] of rendered(support)) writeFileSync(new URL(path, root), text)
}
