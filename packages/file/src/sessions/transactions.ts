import { HoldfastError } from '@holdfast/core/backend'
import type { Changes, EngineTransaction, Savepoint, WriteResult } from '@holdfast/core/backend'
import { Sequence } from '@holdfast/core/backend'
import type { Draft } from '../store/draft.js'
import type { State } from '../store/state.js'
import type { Store } from '../store/store.js'
import { SessionReads } from './reads.js'

/** A transaction that only reads: the database as it was when it began. It keeps no writer waiting. */
export class ReadTransaction extends SessionReads implements EngineTransaction {
  readonly #state: State
  readonly #release: () => void

  constructor(store: Store) {
    super()
    this.#state = store.state
    this.#release = store.pin(this.#state)
  }

  write(): never {
    throw new HoldfastError('READ_ONLY', 'The transaction was begun to read only.')
  }

  savepoint(): Savepoint {
    return { release: nothing, rollback: nothing }
  }

  commit(): void {
    this.#release()
  }

  rollback(): void {
    this.#release()
  }

  protected override pinned() {
    return { state: this.#state, release: nothing }
  }
}

/** The one transaction that may write. It reads the database with its own changes, which nobody else sees. */
export class WriteTransaction extends SessionReads implements EngineTransaction {
  readonly #store: Store
  readonly #draft: Draft
  readonly #leave: () => void
  readonly #writes = new Sequence()

  /** @param leave lets the next writer in */
  constructor(store: Store, leave: () => void) {
    super()
    this.#store = store
    this.#draft = store.draft()
    this.#leave = leave
  }

  write(changes: Changes): Promise<WriteResult> {
    return this.#writes.run(() => this.#draft.write(changes))
  }

  async savepoint(): Promise<Savepoint> {
    const mark = await this.#writes.run(() => this.#draft.mark())
    return { release: nothing, rollback: () => this.#writes.run(() => this.#draft.undo(mark)) }
  }

  commit(): Promise<void> {
    return this.#writes.run(async () => {
      try {
        const { durable } = await this.#store.commit(this.#draft)
        await durable
      } finally {
        this.#end()
      }
    })
  }

  rollback(): Promise<void> {
    return this.#writes.run(() => this.#end())
  }

  /** States of the draft hold segments that stay until the transaction has ended. */
  protected override pinned() {
    return { state: this.#draft.state, release: nothing }
  }

  #end(): void {
    this.#draft.discard()
    this.#leave()
  }
}

function nothing(): void {}
