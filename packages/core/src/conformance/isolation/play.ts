import type { Database } from '../../database/database-types.js'
import { tableFromDefinition } from '../../schema/table.js'
import { withinLimit } from '../time-limit.js'
import { handleOf } from '../untyped.js'
import { optionsOf } from './levels.js'
import type { Level } from './levels.js'
import type { Patience } from './patience.js'
import { cells, cellsOf, initialCells } from './scripts/script.js'
import type { Action, Played, Script } from './scripts/script.js'
import { Floor, Session } from './session.js'

export interface Staging {
  readonly level: Level
  /** Whether sessions that only read say so when they begin. */
  readonly readOnlyReaders: boolean
}

/** What came of a script, and how it went. */
export interface Performance extends Played {
  /** The most transactions that were open at the same time. */
  readonly open: number
  /** Steps that were kept waiting by another transaction. */
  readonly waiting: number
  /** The errors that transactions were refused with. */
  readonly refusals: readonly unknown[]
}

/**
 * Carries out a script step by step. A step that is kept waiting stays behind, with those of its session that follow, until
 * other sessions have ended; nothing else waits for it.
 */
export async function play(
  database: Database,
  script: Script,
  staging: Staging,
  patience: Patience,
): Promise<Performance> {
  await database.ensure(tableFromDefinition(cells))
  await handleOf(database, cells).clear()
  await handleOf(database, cells).insert(initialCells)
  const stage = new Stage(database, script, staging, patience)
  for (const [name, action] of script.steps) await stage.step(name, action)
  await withinLimit('the end of the transactions', () => stage.finish())
  const rows = await withinLimit('all', () => handleOf(database, cells).all())
  return stage.performance(new Map([...cellsOf(rows)].sort(([left], [right]) => left - right)))
}

class Stage {
  readonly #database: Database
  readonly #script: Script
  readonly #staging: Staging
  readonly #patience: Patience
  readonly #floor = new Floor()
  readonly #sessions = new Map<number, Session>()
  readonly #waiting = new Set<Session>()
  #waits = 0

  constructor(database: Database, script: Script, staging: Staging, patience: Patience) {
    this.#database = database
    this.#script = script
    this.#staging = staging
    this.#patience = patience
  }

  async step(name: number, action: Action): Promise<void> {
    const session = this.#sessions.get(name) ?? (await this.#begin(name))
    session.ask(action)
    if (this.#waiting.has(session)) return
    if (!(await this.#patience.endsInTime(session.idle))) {
      this.#waits += 1
      this.#waiting.add(session)
    } else if (action.kind !== 'call') {
      await this.#letOn()
    }
  }

  async finish(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.finish()))
  }

  performance(final: Played['final']): Performance {
    const endings = [...this.#sessions.values()].map(({ ending }) => ending)
    return {
      final,
      reads: (name) => this.#sessions.get(name)?.reads ?? [],
      committed: (...names) => names.every((name) => this.#sessions.get(name)?.ending === 'committed'),
      open: this.#floor.most,
      waiting: this.#waits,
      refusals: endings.flatMap((ending) => (typeof ending === 'object' ? [ending.refused] : [])),
    }
  }

  async #begin(name: number): Promise<Session> {
    const { level, readOnlyReaders } = this.#staging
    const readOnly = readOnlyReaders && this.#script.readers.includes(name)
    const besideWriter = this.#floor.hasWriter
    const session = new Session(this.#database, optionsOf(level, readOnly), this.#floor)
    this.#sessions.set(name, session)
    const inside = besideWriter
      ? await this.#patience.beginsInTime(session.idle, readOnly)
      : await this.#patience.endsInTime(session.idle)
    if (!inside) {
      this.#waits += 1
      this.#waiting.add(session)
    }
    return session
  }

  /** When a transaction has ended those that it kept waiting go on before anybody else does. */
  async #letOn(): Promise<void> {
    const [first, ...others] = this.#waiting
    if (first === undefined) return
    if (await this.#patience.endsInTime(first.idle)) this.#waiting.delete(first)
    for (const other of others) {
      if (await this.#patience.endsSoon(other.idle)) this.#waiting.delete(other)
    }
  }
}
