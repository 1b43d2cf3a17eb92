import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { constants, cp, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
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
 * drivers and Holdfast find the same tables: what is compared is the work on them. Files are made once in a run, and copied.
 */
export async function fillElsewhere(
  engine: string,
  setting: Setting,
  dataset: Pick<Dataset, 'name'>,
): Promise<void> {
  if (setting.existing === true) return
  const order: Order = { engine, setting, dataset: dataset.name }
  if (setting.shared === undefined || setting.server !== undefined) return fill(order)
  const { rows, seed, loaded } = setting
  const made = join(setting.shared, [engine, dataset.name, rows, seed, loaded ? 'filled' : 'empty'].join('-'))
  if (!existsSync(made)) {
    await fill(order)
    await copyInto(`${made}-${process.pid}`, setting.folder)
    // Another arm may have been faster: its folder is the same.
    await rename(`${made}-${process.pid}`, made).catch(() => undefined)
  } else await copyInto(setting.folder, made)
}

const copyInto = (folder: string, from: string) =>
  cp(from, folder, { recursive: true, mode: constants.COPYFILE_FICLONE })

async function fill(order: Order): Promise<void> {
  const script = fileURLToPath(new URL(`fill-process${extension}`, import.meta.url))
  const child = spawn(process.execPath, [script], {
    // Not as arguments, which everybody can read: the address of a server may hold a password.
    env: { ...process.env, [variable]: JSON.stringify(order) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const closed = once(child, 'close')
  const complaint = await text(child.stderr)
  const [code] = (await closed) as [number | null]
  if (code === 0) return
  const cause = new Error(complaint.match(/^\w*Error.*$/m)?.[0] ?? complaint.trim())
  throw new Error(`The tables of "${order.dataset}" could not be filled.`, { cause })
}

/** TypeScript from the sources, JavaScript where it was built. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))

export function givenOrder(): Order {
  const given = process.env[variable]
  if (given === undefined) throw new Error('This script is started by another one.')
  return JSON.parse(given) as Order
}
