import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineRecord } from '../contract/record.ts'

/**
 * Writes each record to `<folder>/<machine>/<date>/<engine>.json`, with `-2`, `-3` ... behind the engine where that name is
 * taken: what was written before stays as it is. Where the run was ended early the name is `<engine>-partial`.
 *
 * @returns the paths
 */
export async function writeRecords(records: readonly EngineRecord[], folder: string): Promise<string[]> {
  const paths: string[] = []
  for (const record of records) {
    const parent = join(folder, record.machine.id, record.date.slice(0, 10))
    await mkdir(parent, { recursive: true })
    paths.push(await writeNew(join(parent, fileName(record)), `${JSON.stringify(record, null, 2)}\n`))
  }
  return paths
}

const fileName = ({ engine, partial }: EngineRecord): string =>
  engine.toLowerCase().replace(/[^a-z0-9._-]+/g, '-') + (partial === true ? '-partial' : '')

async function writeNew(path: string, text: string): Promise<string> {
  for (let number = 1; ; number++) {
    const file = `${path}${number === 1 ? '' : `-${number}`}.json`
    try {
      await writeFile(file, text, { flag: 'wx' })
      return file
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
