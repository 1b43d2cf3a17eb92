import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** TypeScript from the sources, JavaScript where it was built. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

/** Writes all sales as CSV in a process of its own: the memory of this one is to be that of the load alone. */
export async function writeSalesElsewhere(path: string, rows: number, seed: number): Promise<void> {
  const script = fileURLToPath(new URL(`sales-csv-process${extension}`, import.meta.url))
  const child = spawn(process.execPath, [script, path, String(rows), String(seed)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error('The CSV file could not be written.')
}
