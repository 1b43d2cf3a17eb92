import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Setting } from '../contract/arm.ts'
import type { Dataset } from '../data/dataset.ts'

const variable = 'HOLDFAST_BENCHMARK_FILL'

interface Order {
  readonly engine: string
  readonly setting: Setting
  readonly dataset: string
}

/**
 * Makes the tables and fills them in a process of its own, so that the memory of this one is that of the step alone. Bare
 * drivers and Holdfast find the same tables: what is compared is the work on them.
 */
export async function fillElsewhere(engine: string, setting: Setting, dataset: Dataset): Promise<void> {
  if (setting.existing === true) return
  const order: Order = { engine, setting, dataset: dataset.name }
  const script = fileURLToPath(new URL(`fill-process${extension}`, import.meta.url))
  const child = spawn(process.execPath, [script], {
    // Not as arguments, which everybody can read: the address of a server may hold a password.
    env: { ...process.env, [variable]: JSON.stringify(order) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`The tables of "${dataset.name}" could not be filled.`)
}

/** TypeScript from the sources, JavaScript where it was built. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

export function givenOrder(): Order {
  const given = process.env[variable]
  if (given === undefined) throw new Error('This script is started by another one.')
  return JSON.parse(given) as Order
}
