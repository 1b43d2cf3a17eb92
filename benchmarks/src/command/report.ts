import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readRecords, wholeFirst } from '../harness/read-records.ts'
import { refusal } from '../harness/refusal.ts'
import { writeReport } from '../report/index.ts'
import { workloads } from '../workloads/index.ts'

/**
 * Writes all results of a folder as a page, and tells where it is; of runs that were ended early only what no whole one has an
 * engine for.
 *
 * @throws HoldfastError NOT_FOUND where there is no result
 */
export async function report(results: string, page: string): Promise<string> {
  const records = wholeFirst(await readRecords(results))
  if (records.length === 0)
    throw await refusal('NOT_FOUND', `There is no result in ${results}: run holdfast-bench first.`)
  const used = new Set(records.flatMap(({ cells }) => Object.keys(cells).map((key) => key.split('/')[0]!)))
  const known = Object.entries(workloads).filter(([name]) => used.has(name))
  await mkdir(dirname(page), { recursive: true })
  await writeReport(records, await Promise.all(known.map(([, load]) => load())), page)
  return `${records.length} results are in ${page}: open it in a browser.\n`
}
