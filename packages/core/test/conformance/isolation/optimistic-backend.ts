import { setImmediate as turn } from 'node:timers/promises'
import { bufferedTransaction } from '../../../src/backend/buffered-transaction.js'
import { HoldfastError } from '../../../src/backend/errors.js'
import { Sequence } from '../../../src/backend/sequence.js'
import type { Backend, BeginOptions, Changes, Engine, WriteResult } from '../../../src/backend/types.js'
import { wrapBackend } from '../../../src/conformance/index.js'
import type { Key } from '../../../src/schema/types.js'
import { plainBackend } from '../plain-backend.js'

/** What an engine of optimistic transactions leaves out, or adds. */
export interface Defects {
  /** What it declares; `snapshot` is the truth. */
  readonly declares?: 'snapshot' | 'serializable'
  /** Reads show what is committed at the time, not when the transaction began. */
  readonly readsOn?: boolean
  /** Nobody looks whether a row was changed since the transaction began. */
  readonly unchecked?: boolean
  /** A transaction that only reads sees what was committed when the one before it began. */
  readonly stale?: boolean
  /** A commit is made row by row, and others may look in between. */
  readonly torn?: boolean
  /** Every so many commits one is acknowledged and forgotten. */
  readonly forgets?: number
}

/** Snapshots with the first committer winning, over maps: any number of transactions at once, none of which ever waits. */
export function optimisticBackend(defects: Defects = {}): Backend {
  const plain = plainBackend()
  const capabilities = Object.freeze({ ...plain.capabilities, transactions: defects.declares ?? 'snapshot' })
  return wrapBackend({ ...plain, capabilities }, (engine) => {
    const optimistic = new OptimisticEngine(engine, defects)
    return {
      begin: (options: BeginOptions) => optimistic.begin(options),
      write: (changes: Changes) => optimistic.write(changes, Infinity),
    }
  })
}

interface Snapshot {
  readonly engine: Engine
  /** How many commits it holds. */
  readonly commits: number
}

class OptimisticEngine {
  readonly #engine: Engine
  readonly #defects: Defects
  readonly #commits = new Sequence()
  /** The commit that last changed a row. */
  readonly #changed = new Map<string, number>()
  #count = 0
  #before: Snapshot | undefined

  constructor(engine: Engine, defects: Defects) {
    this.#engine = engine
    this.#defects = defects
  }

  async begin(options: BeginOptions) {
    const { engine, commits } = await this.#snapshot(options.readOnly)
    const view: Pick<Engine, 'scan' | 'write' | 'lastKey'> = {
      scan: (request) => (this.#defects.readsOn ? this.#engine : engine).scan(request),
      write: (changes) => this.write(changes, commits),
      lastKey: (table) => this.#engine.lastKey?.(table),
    }
    return bufferedTransaction(view, options)
  }

  /** Refuses changes of rows that were changed after so many commits. */
  write(changes: Changes, after: number): Promise<WriteResult> {
    const commit = async (): Promise<WriteResult> => {
      const rows = rowsOf(changes)
      const late = rows.some((row) => (this.#changed.get(row) ?? 0) > after)
      if (late && !this.#defects.unchecked) throw new HoldfastError('CONFLICT', 'a row was changed meanwhile')
      this.#count += 1
      for (const row of rows) this.#changed.set(row, this.#count)
      return this.#apply(changes)
    }
    return this.#defects.torn ? commit() : this.#commits.run(commit)
  }

  async #apply(changes: Changes): Promise<WriteResult> {
    const { forgets, torn } = this.#defects
    if (forgets !== undefined && this.#count % forgets === 0) return { counts: changes.changes.map(() => 1) }
    if (!torn) return this.#engine.write(changes)
    const counts = []
    for (const change of changes.changes) {
      for (const part of partsOf(change)) {
        counts.push(...(await this.#engine.write({ changes: [part] })).counts)
        await turn()
      }
    }
    return { counts }
  }

  async #snapshot(readOnly: boolean): Promise<Snapshot> {
    const copy = async (): Promise<Snapshot> => ({ engine: await copyOf(this.#engine), commits: this.#count })
    const now = await (this.#defects.torn ? copy() : this.#commits.run(copy))
    const before = this.#before
    this.#before = now
    return this.#defects.stale && readOnly && before !== undefined ? before : now
  }
}

async function copyOf(engine: Engine): Promise<Engine> {
  const copy = await plainBackend().open({ report: () => undefined, reporting: () => false })
  for (const table of await engine.tables()) {
    const columns = table.columns.map(({ name }) => name)
    await copy.createTable(table)
    const rows = (await Array.fromAsync(engine.scan({ table, columns }))).flat()
    await copy.write({ changes: [{ kind: 'insert', table, rows, onConflict: 'error' }] })
  }
  return copy
}

type Change = Changes['changes'][number]

function rowsOf({ changes }: Changes): readonly string[] {
  return changes.flatMap((change) => {
    const keys: readonly Key[] =
      change.kind === 'insert'
        ? change.rows.map((row) => change.table.primaryKey.map((name) => row[name] ?? null))
        : (change.kind === 'patch' ? change.patches : change.keys).map(({ key }) => key)
    return keys.map((key) => `${change.table.name} ${key.map(String).join()}`)
  })
}

function partsOf(change: Change): readonly Change[] {
  switch (change.kind) {
    case 'insert':
      return change.rows.map((row) => ({ ...change, rows: [row] }))
    case 'patch':
      return change.patches.map((patch) => ({ ...change, patches: [patch] }))
    case 'delete':
      return change.keys.map((key) => ({ ...change, keys: [key] }))
  }
}
