import { isHoldfastError, open, tableFromDefinition } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import type { Backend, Relation } from '@holdfast/core/backend'
import { memory } from '@holdfast/memory'
import { inspect, isDeepStrictEqual } from 'node:util'
import type { Cell, Word } from '../types.ts'
import { Calls } from './calls.ts'
import { definition, rows } from './values.ts'

/** An engine does other than it should: whatever it says of itself, it gets no cell. */
export class WrongAnswer extends Error {
  constructor(what: string, expected: unknown, received: unknown) {
    super(`${what}\n  expected: ${print(expected)}\n  received: ${print(received)}`)
    this.name = 'WrongAnswer'
  }
}

function print(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: Infinity, maxArrayLength: 12 })
}

/** Requires that an answer is the one that it must be. */
export function expectAnswer(what: string, received: unknown, expected: unknown, within = 0): void {
  if (!agrees(received, expected, within)) throw new WrongAnswer(what, expected, received)
}

/** Equal, numbers within the relative distance. */
function agrees(left: unknown, right: unknown, within: number): boolean {
  if (within === 0) return isDeepStrictEqual(left, right)
  if (typeof left === 'number' && typeof right === 'number')
    return Math.abs(left - right) <= within * Math.max(Math.abs(left), Math.abs(right))
  if (!isPlain(left) || !isPlain(right)) return isDeepStrictEqual(left, right)
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && agrees(left[name], right[name], within))
  )
}

/** Rows and lists of rows. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype
}

/** What a query is to show: what of it, if the engine runs that, makes it native. */
export interface Query {
  readonly what: string
  readonly relation: Relation
  /** The part in question, as it stands in the relation. */
  readonly part: (node: Readonly<Record<string, unknown>>) => boolean
  /** Relative distance at which numbers count as equal (AGG-6). */
  readonly within?: number
}

/** An engine and, beside it, the reference evaluator over the same rows. */
export class Trial implements AsyncDisposable {
  readonly database: Database
  readonly calls: Calls
  readonly #reference: Database

  private constructor(database: Database, calls: Calls, reference: Database) {
    this.database = database
    this.calls = calls
    this.#reference = reference
  }

  static async open(backend: Backend): Promise<Trial> {
    const calls = new Calls()
    const trial = new Trial(
      await open(calls.count(backend)),
      calls,
      // Core does everything above the plain rows: this is the evaluator, by its public name.
      await open(memory(), { pushdown: 'none' }),
    )
    const table = tableFromDefinition(definition)
    for (const database of [trial.database, trial.#reference]) {
      await database.ensure(table)
      await database.table(table).insert(rows as never)
    }
    return trial
  }

  /**
   * Whether the engine runs the part in question itself.
   *
   * @throws WrongAnswer when its answer is not the evaluator's, or it explains other than it does
   */
  async asks({ what, relation, part, within }: Query): Promise<boolean> {
    const query = this.database.query(relation)
    const expected = await this.#reference.query(relation).all()
    const { rows: received, stats } = await query.run()
    expectAnswer(what, received, expected, within)
    const explanation = await query.explain()
    expectAnswer(`nodes taken of: ${what}`, stats.nodesTaken, explanation.nodesTaken)
    const taken = explanation.engines.some((engine) => holds(engine.relation, part))
    // Of a condition that an engine meets only roughly, core sees to the rest.
    const again = relation.node === 'filter' && /^\s*core: filter/m.test(explanation.text)
    return taken && !again
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database.close()
    await this.#reference.close()
  }
}

/** Whether a part occurs anywhere in a relation. */
function holds(value: unknown, part: Query['part']): boolean {
  if (Array.isArray(value)) return value.some((item) => holds(item, part))
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  const node = value as Readonly<Record<string, unknown>>
  return part(node) || Object.values(node).some((item) => holds(item, part))
}

/** The same capability in one of its forms, such as a function of one type. */
export interface Form extends Query {
  /** What the form is called in a note. */
  readonly label: string
}

/** One cell from all forms of a capability. */
export async function cellOf(trial: Trial, forms: readonly Form[]): Promise<Cell> {
  if (forms.length === 0) throw new Error('There is no form in which to ask for it.')
  const labels = new Map<string, { native: number; all: number }>()
  for (const form of forms) {
    const found = labels.get(form.label) ?? { native: 0, all: 0 }
    found.all += 1
    if (await trial.asks(form)) found.native += 1
    labels.set(form.label, found)
  }
  const left = [...labels].filter(([, { native, all }]) => native < all)
  if (left.length === 0) return { word: 'native' }
  if ([...labels.values()].every(({ native }) => native === 0)) return { word: 'core' }
  return {
    word: 'partly',
    core: left.map(([label, { native }]) => (native === 0 ? label : `some of ${label}`)),
  }
}

/** The word for what was done, or `refused` if the engine says that it does not. */
export async function wordOf(work: () => Promise<Word>): Promise<Cell> {
  try {
    return { word: await work() }
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'UNSUPPORTED') return { word: 'refused' }
    throw error
  }
}
