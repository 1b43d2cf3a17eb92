import type { Backend } from '../../backend/types.js'
import type { Database } from '../../database/database-types.js'
import { open } from '../../database/open.js'
import type { Bench } from '../bench.js'
import { outcomeOf } from '../report/expect.js'
import { withinLimit } from '../time-limit.js'
import { inStorm } from './chaos-backend.js'
import { inCalm, inChaos, performUnit, sayingOf } from './perform.js'
import type { Outcome, Sayings } from './perform.js'
import { performRead } from './reads.js'
import type { Storm } from './storm.js'
import type { Action, Unit, Work } from './work.js'

/** The open databases of one work, and what is known of its units. */
export class Sessions {
  readonly units: readonly Unit[]
  readonly outcomes = new Map<number, Outcome>()
  readonly databases: Database[] = []
  readonly #bench: Bench
  readonly #work: Work
  readonly #storm: Storm
  readonly #sayings: Sayings
  readonly #reopening = new Map<number, Promise<void>>()
  /** The engine's own backend: of what was opened last. */
  #backend: Backend | undefined

  constructor(bench: Bench, work: Work, storm: Storm) {
    this.#bench = bench
    this.#work = work
    this.#storm = storm
    this.#sayings = work.faults.length > 0 ? inChaos : inCalm
    this.units = work.sessions.flat().filter((action) => action.kind === 'unit')
  }

  /** Opens the databases: new and empty the first time, and later those that were closed. */
  async open(): Promise<void> {
    this.#backend = this.#again()
    for (let place = 0; place < this.#work.databases; place += 1) await this.#open(place)
  }

  async work(): Promise<void> {
    const { sessions, databases } = this.#work
    await Promise.all(sessions.map((actions, index) => this.#session(actions, index % databases)))
  }

  async close(): Promise<void> {
    for (const database of this.databases) await this.#bench.close(database)
  }

  async #session(actions: readonly Action[], place: number): Promise<void> {
    for (const action of actions)
      await withinLimit(`a call of session ${place}`, () => this.#perform(action, place))
  }

  async #perform(action: Action, place: number): Promise<void> {
    const { tally } = this.#bench
    const database = this.databases[place]!
    if (action.kind === 'unit') {
      const outcome = await performUnit(database, action, this.#sayings)
      this.outcomes.set(action.number, outcome)
    } else if (action.kind === 'read') {
      const { way, unit } = action
      const succeeded = await performRead(database, way, unit, this.units, this.outcomes, this.#sayings)
      tally.see(succeeded ? 'read' : 'read failed')
    } else await this.#reopenOnce(place)
  }

  /** Two sessions of one database do not both open it. */
  async #reopenOnce(place: number): Promise<void> {
    const reopening = this.#reopening.get(place) ?? this.#reopen(place)
    this.#reopening.set(place, reopening)
    try {
      await reopening
    } finally {
      this.#reopening.delete(place)
    }
  }

  async #reopen(place: number): Promise<void> {
    await this.#bench.close(this.databases[place]!)
    this.#backend = this.#again()
    for (;;) {
      const outcome = await outcomeOf(() => this.#open(place))
      if (outcome.kind === 'value') break
      sayingOf(outcome.error, this.#sayings)
    }
    this.#bench.tally.see('reopened')
  }

  #again(): Backend {
    const { subject } = this.#bench
    return (this.#backend && this.#bench.reopening(this.#backend)) ?? subject.backend()
  }

  async #open(place: number): Promise<void> {
    const backend = inStorm(this.#backend!, this.#storm)
    this.databases[place] = await this.#bench.opened(() => open(backend, { pushdown: this.#work.pushdown }))
  }
}
