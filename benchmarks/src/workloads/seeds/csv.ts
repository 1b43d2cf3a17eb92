import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Arm } from '../../contract/arm.ts'
import { writeSalesElsewhere } from '../../data/sales-csv-file.ts'
import type { SeedsSession } from './session.ts'

const name = 'sales.csv'

/** An arm whose session has the sales as a CSV file as well, made before anything is timed, where the table begins empty. */
export function withCsv(arm: Arm<SeedsSession>): Arm<SeedsSession> {
  return {
    ...arm,
    async open(setting) {
      const { folder, rows, seed, loaded } = setting
      const csv = join(folder, name)
      if (!loaded) await writeSalesElsewhere(csv, rows, seed)
      const opened = await arm.open(setting)
      return {
        ...opened,
        session: { ...opened.session, csv },
        diskSize: async () => (await opened.diskSize?.()) ?? (await sizeWithout(folder)),
      }
    },
  }
}

/** Bytes of what lies in the folder besides the file. */
async function sizeWithout(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = entries
    .filter((entry) => entry.isFile() && entry.name !== name)
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size)
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0)
}
