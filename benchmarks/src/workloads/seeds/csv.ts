import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Arm } from '../../contract/arm.ts'
import type { SeedsSession } from './session.ts'

const name = 'sales.csv'

/** An arm whose session has the sales as a CSV file as well, made before anything is timed, where the table begins empty. */
export function withCsv(arm: Arm<SeedsSession>): Arm<SeedsSession> {
  return {
    ...arm,
    async open(setting) {
      const { folder, rows, seed, loaded } = setting
      const csv = join(folder, name)
      if (!loaded) await writeElsewhere([csv, rows, seed])
      const opened = await arm.open(setting)
      return {
        ...opened,
        session: { ...opened.session, csv },
        diskSize: async () => (await opened.diskSize?.()) ?? (await sizeWithout(folder)),
      }
    },
  }
}

/** TypeScript from the sources, JavaScript where it was built. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

/** In a process of its own: the memory of this one is to be that of the load alone. */
async function writeElsewhere(given: readonly (string | number)[]): Promise<void> {
  const script = fileURLToPath(new URL(`../../data/sales-csv-process${extension}`, import.meta.url))
  const child = spawn(process.execPath, [script, ...given.map(String)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error('The CSV file could not be written.')
}

/** Bytes of what lies in the folder besides the file. */
async function sizeWithout(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = entries
    .filter((entry) => entry.isFile() && entry.name !== name)
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size)
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0)
}
