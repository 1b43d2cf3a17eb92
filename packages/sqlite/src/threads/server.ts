import { isHoldfastError } from '@holdfast/core/backend'
import { Connection } from '../connection.js'
import { toHoldfastError } from '../errors.js'
import type { ResolvedOptions } from '../options.js'
import { Schema } from '../schema.js'
import { readStatistics } from '../statistics.js'
import { buffersOf } from './columns.js'
import { toFailure } from './failure.js'
import type { Reply, Request } from './messages.js'
import { ReadTask, SourceConnections } from './read-task.js'
import { silent, WriteServer } from './write-server.js'

export type Send = (reply: Reply, buffers: ArrayBuffer[]) => void

/** What a thread does with the messages that it gets. */
export class ThreadServer {
  readonly #options: ResolvedOptions
  readonly #send: Send
  readonly #connections: SourceConnections
  readonly #reads = new Map<number, ReadTask>()
  readonly #writes = new Map<number, AbortController>()
  #writer: WriteServer | undefined

  constructor(options: ResolvedOptions, send: Send) {
    this.#options = options
    this.#send = send
    this.#connections = new SourceConnections(options)
  }

  receive(request: Request): void {
    const { id } = request
    switch (request.kind) {
      case 'read': {
        const task = new ReadTask(request.read, this.#connections, this.#options.timeout, {
          rows: (rows, last, milliseconds) => {
            if (last) this.#reads.delete(id)
            this.#send({ kind: 'rows', id, rows, last, milliseconds }, buffersOf(rows))
          },
          failed: (error) => {
            this.#reads.delete(id)
            this.#fail(id, error)
          },
        })
        this.#reads.set(id, task)
        return task.start()
      }
      case 'more':
        return this.#reads.get(id)?.more()
      case 'end':
        this.#writes.get(id)?.abort()
        this.#reads.get(id)?.end()
        if (this.#reads.delete(id)) this.#send({ kind: 'done', id, answer: undefined }, [])
        return
      case 'write':
        void this.#write(request)
        return
      case 'statistics':
        return this.#statistics(id)
    }
  }

  async #write({ id, write }: Extract<Request, { kind: 'write' }>): Promise<void> {
    const controller = new AbortController()
    this.#writes.set(id, controller)
    try {
      this.#writer ??= new WriteServer(this.#options)
      const answer = await this.#writer.write(write, controller.signal)
      this.#send({ kind: 'done', id, answer }, [])
    } catch (error) {
      this.#fail(id, error)
    } finally {
      this.#writes.delete(id)
    }
  }

  #statistics(id: number): void {
    try {
      const answer = this.#connections.use((database) => {
        const connection = new Connection(database, silent)
        return readStatistics(connection, new Schema(() => connection))
      })
      this.#send({ kind: 'done', id, answer }, [])
    } catch (error) {
      this.#fail(id, toHoldfastError(error))
    }
  }

  #fail(id: number, error: unknown): void {
    // The reason that a caller gave need not be one that can be sent.
    const sent =
      isHoldfastError(error) && error.code === 'ABORTED'
        ? { ...toFailure(error), cause: undefined }
        : toFailure(error)
    this.#send({ kind: 'failed', id, failure: sent }, [])
  }
}
