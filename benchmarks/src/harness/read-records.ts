import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineRecord } from '../contract/record.ts'
import { refusal } from './refusal.ts'

/**
 * Reads one record, or all that are in a folder and the folders in it, the oldest first.
 *
 * @throws HoldfastError NOT_FOUND where nothing is, INVALID_DATA where a file is no record
 */
export async function readRecords(path: string): Promise<EngineRecord[]> {
  const files = await filesAt(path)
  const records = await Promise.all(files.map(readRecord))
  return records.toSorted((left, right) => (left.date < right.date ? -1 : Number(left.date > right.date)))
}

/** Leaves out what was ended early on engines that have a record of a whole run. */
export function wholeFirst(records: readonly EngineRecord[]): EngineRecord[] {
  const whole = records.filter(({ partial }) => partial !== true)
  const engines = new Set(whole.map(({ engine }) => engine))
  return records.filter((record) => record.partial !== true || !engines.has(record.engine))
}

async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw await refusal('NOT_FOUND', `There is no file and no folder ${path}.`)
  if (!found.isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()
}

async function readRecord(path: string): Promise<EngineRecord> {
  try {
    const record = JSON.parse(await readFile(path, 'utf8')) as EngineRecord | null
    if (record?.format === 1 && typeof record.cells === 'object') return record
  } catch (cause) {
    throw await refusal('INVALID_DATA', `${path} is no record of the benchmarks: it is not JSON.`, cause)
  }
  throw await refusal(
    'INVALID_DATA',
    `${path} is no record of the benchmarks, or of a format that this version does not know.`,
  )
}
