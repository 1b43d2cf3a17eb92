import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '@holdfast/core/conformance'
import type { Kill } from '../mutants/prove.ts'
import { inWorld } from '../sources.ts'
import type { Defect } from './defect.ts'
import type * as loaded from './world.ts'

type World = typeof loaded

/**
 * The laws under which an engine and the evaluator answer the same questions, and the one whose answers are written down: of
 * an overflow core has the last word, and an engine may take an aggregate from it. Last those that have core do everything:
 * some pieces only plans use, not the evaluator, and some only what is on disk.
 */
const laws: readonly string[] = [
  'queries/functions',
  'queries/aggregates',
  'queries/evaluator',
  'facts/relations',
  'queries/pushdown',
  'queries/spilling',
]

/**
 * Judges a good engine by an evaluator with a defect: the engine, which computes by itself, must be found to differ.
 *
 * @throws Error when the defect's piece of source is not there exactly once
 */
export async function disagreementOf(
  defect: Defect,
  engine: string,
  settings: Pick<Settings, 'runs' | 'seed'>,
): Promise<Kill | undefined> {
  const url = inWorld(
    new URL('./world.ts', import.meta.url),
    `${defect.file} ${defect.name} ${engine}`,
    (path, text) => (path === `core/src/${defect.file}` ? spoilt(defect, text) : text),
  )
  const world = (await import(url)) as World
  const start = world.engines[engine]
  if (start === undefined) throw new Error(`There is no engine '${engine}'.`)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-meaning-'))
  try {
    await using standing = await start(folder)
    const properties = laws.flatMap((law) => world.properties.filter(({ name }) => name === law))
    return await world.killOf(standing.subject, settings, properties)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function spoilt({ file, name, text: piece, instead }: Defect, text: string): string {
  const parts = text.split(piece)
  if (parts.length !== 2)
    throw new Error(`${file} has '${piece}' ${parts.length - 1} times: '${name}' needs it once.`)
  return parts.join(instead)
}
