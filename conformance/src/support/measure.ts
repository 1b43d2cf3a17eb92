import { open } from '@holdfast/core'
import type { Backend } from '@holdfast/core'
import { properties, proveProperty } from '@holdfast/core/conformance'
import type { Settings, Subject } from '@holdfast/core/conformance'
import { join } from 'node:path'
import { runCrashes } from '../crash/crash.ts'
import { durableEngines } from '../crash/durable.ts'
import { askAll } from '../ground.ts'
import { places, subjectOf } from './engines.ts'
import { findCells } from './probe/index.ts'
import type { Durability, EngineSupport, Shares } from './types.ts'
import { packageVersion } from './versions.ts'

/** How much is looked at. */
export interface Effort {
  readonly seed: number
  /** Random relations asked of each engine. */
  readonly relations: number
  /** How often the process that writes to a durable engine is killed. */
  readonly rounds: number
}

/**
 * Finds out what an engine supports by doing it.
 *
 * @throws Error telling everything that the engine answered otherwise than it must; there is no result then
 */
export async function measure(
  name: string,
  folder: string,
  effort: Effort,
  tell: (line: string) => void,
): Promise<EngineSupport> {
  await using place = await places[name]!(folder)
  const subject = subjectOf(name, place)
  const cells = await timed(tell, `${name}: capabilities`, () => findCells(place.next))
  const isolation = await timed(tell, `${name}: isolation`, () => isolationSeen(subject, effort))
  const relations = await timed(tell, `${name}: relations`, () => sharesTaken(subject, effort))
  const backend = subject.backend()
  const durability = await timed(tell, `${name}: durability`, () => durabilitySeen(backend, folder, effort))
  const { maxKeyBytes, maxValueBytes } = backend.capabilities.limits
  return {
    adapter: packageVersion(name),
    version: await versionOf(backend),
    suite: { version: packageVersion('core'), laws: properties.length, seed: effort.seed },
    cells,
    limits: { maxKeyBytes, maxValueBytes },
    isolation,
    durability,
    relations,
  }
}

async function timed<T>(tell: (line: string) => void, what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  tell(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s`)
  return result
}

/** How an engine says which version it is, by the dialect that it speaks. */
const versionQueries: Readonly<Record<string, string>> = {
  sqlite: 'SELECT sqlite_version() AS version',
  duckdb: 'SELECT version() AS version',
  postgres: "SELECT current_setting('server_version') AS version",
}

async function versionOf(backend: Backend): Promise<string> {
  const { name, capabilities } = backend
  if (capabilities.sql === false) return packageVersion(name)
  await using database = await open(backend)
  const query = versionQueries[name] ?? 'SELECT version() AS version'
  const [row] = await database.sql<{ version: string }>(Object.assign([query], { raw: [query] }))
  return /\d[\w.]*/.exec(row?.version ?? '')?.[0] ?? 'unknown'
}

/** What the law prints of each isolation: `| engine | isolation | G0 | ... |`. */
async function isolationSeen(subject: Subject, { seed }: Effort): Promise<EngineSupport['isolation']> {
  const law = properties.find(({ name }) => name === 'isolation/scripts')!
  const settings: Settings = { seed, runs: 1 }
  const { notes } = await proveProperty(law, subject, settings)
  return readVerdicts(notes)
}

export function readVerdicts(notes: readonly string[]): EngineSupport['isolation'] {
  const [head, ...lines] = notes.map((note) =>
    note
      .split('|')
      .slice(3, -1)
      .map((cell) => cell.trim()),
  )
  const levels = notes.slice(1).map((note) => note.split('|')[2]!.trim())
  return Object.fromEntries(
    lines.map((verdicts, index) => {
      const seen = verdicts.filter((verdict) => verdict !== '')
      const shown = head!.filter((_, column) => verdicts[column] === 'shown')
      return [levels[index]!, { shown, of: seen.length }]
    }),
  )
}

async function sharesTaken(subject: Subject, { relations, seed }: Effort): Promise<Shares> {
  const [result] = await askAll([subject], { relations, seed, queries: 64 }, () => undefined)
  const { differences, kinds } = result!
  if (differences.length > 0) throw new Error(differences.join('\n\n'))
  const times = (kind: string): number => kinds.get(kind) ?? 0
  return {
    asked: [...kinds.values()].reduce((sum, count) => sum + count, 0),
    whole: times('taken whole'),
    part: times('taken in part'),
    none: times('taken not'),
    overflow: times('overflows'),
  }
}

async function durabilitySeen(
  { name, capabilities }: Backend,
  folder: string,
  { rounds, seed }: Effort,
): Promise<Durability> {
  if (!capabilities.durable) return { kind: 'none' }
  if (durableEngines[name] === undefined) return { kind: 'server' }
  const path = join(folder, `crash-${name}`)
  const result = await runCrashes({ engine: name, path, rounds, seed }, () => undefined)
  if (result.failure !== undefined) throw new Error(`${name}: ${result.failure}`)
  const { acknowledged, inFlight, kept } = result
  return { kind: 'killed', rounds: result.rounds, acknowledged, inFlight, kept }
}
