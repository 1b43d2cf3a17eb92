import type { PlannedStep } from './exchange.js'
import type { Named } from './messages.js'
import type { Step } from './step.js'

/** Prepared statements that a connection keeps. */
const kept = 500

/** A statement that is prepared under a name, and whether the server is known to have it. */
interface Statement {
  readonly name: string
  state: 'new' | 'asked' | 'ready'
}

/** What one connection knows of the statements prepared on it, and what it no longer needs. */
export class Statements {
  readonly #byText = new Map<string, Statement>()
  #closing: Named[] = []
  #names = 0

  /** Names the statements of steps; those that are not there yet are to be parsed. */
  plan(steps: readonly Step[]): readonly PlannedStep[] {
    return steps.map((step) => {
      if (step.portal?.open === true) return { step, name: '', parse: false }
      if (step.prepared !== true) return { step, name: '', parse: true }
      const statement = this.#statement(step.text)
      const parse = statement.state === 'new'
      if (parse) statement.state = 'asked'
      return { step, name: statement.name, parse }
    })
  }

  /** Takes note of how far an exchange came: of what lies beyond nobody knows whether the server has it. */
  settle(steps: readonly PlannedStep[], completed: number): void {
    for (const [index, { step, parse }] of steps.entries()) {
      if (!parse || step.prepared !== true) continue
      const statement = this.#byText.get(step.text)
      if (statement?.state !== 'asked') continue
      if (index < completed) statement.state = 'ready'
      else this.#drop(step.text, statement)
    }
  }

  /** Forgets all: to be called when tables may have changed, for then the server refuses to run what it prepared. */
  forget(): void {
    for (const [text, statement] of this.#byText) this.#drop(text, statement)
  }

  /** To be called with the name of a portal of which no more is read. */
  closePortal(name: string): void {
    this.#closing.push({ type: 'P', name })
  }

  /** What is to be closed with the next exchange. */
  takeClosing(): readonly Named[] {
    const closing = this.#closing
    this.#closing = []
    return closing
  }

  #statement(text: string): Statement {
    let statement = this.#byText.get(text)
    if (statement === undefined) {
      statement = { name: `h${++this.#names}`, state: 'new' }
      for (const [oldest, old] of this.#byText) {
        if (this.#byText.size < kept) break
        if (old.state === 'ready') this.#drop(oldest, old)
      }
    } else this.#byText.delete(text)
    this.#byText.set(text, statement)
    return statement
  }

  #drop(text: string, { name }: Statement): void {
    this.#byText.delete(text)
    this.#closing.push({ type: 'S', name })
  }
}
