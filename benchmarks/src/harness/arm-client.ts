import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Reply, RequestName, Requests } from './messages.ts'

/** Why a cell has no time: for its reader. */
export class CellFailure extends Error {}

const keptOutput = 2000
const patience = 3000

/** A process of an arm as its parent sees it. */
export class ArmClient {
  readonly #child: ChildProcess
  readonly #signal: AbortSignal
  #output = ''

  constructor(signal: AbortSignal) {
    this.#signal = signal
    // Beside this file in the source, and beside the chunk that this file becomes a part of.
    const script = import.meta.url.endsWith('.ts') ? 'arm-process.ts' : 'arm-process.js'
    this.#child = fork(new URL(script, import.meta.url), [], {
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-keptOutput)
      })
  }

  /**
   * Asks for one thing and waits for the answer.
   *
   * @throws CellFailure when the arm failed, ended, or had no answer after so many seconds; then the process is ended
   */
  async ask<Name extends RequestName>(
    name: Name,
    request: Requests[Name]['request'],
    seconds: number,
  ): Promise<Requests[Name]['reply']> {
    const settled = new AbortController()
    const signal = AbortSignal.any([settled.signal, this.#signal])
    const ignored = () => undefined
    try {
      const reply = once(this.#child, 'message', { signal }) as Promise<[Reply]>
      const exit = once(this.#child, 'exit', { signal }) as Promise<[number | null, string | null]>
      const late = delay(seconds * 1000, 'late' as const, { signal })
      for (const one of [reply, exit, late]) one.catch(ignored)
      if (!this.#child.connected)
        throw new CellFailure(this.#ended(this.#child.exitCode, this.#child.signalCode))
      this.#child.send({ name, request })
      const outcome = await Promise.race([
        reply.then(([first]) => first),
        exit.then(([code, killer]) => ({ failure: this.#ended(code, killer) })),
        late,
      ])
      if (outcome === 'late')
        throw new CellFailure(`No end of \`${name}\` after ${seconds} s; --time-limit gives more.`)
      if ('failure' in outcome) throw new CellFailure(outcome.failure)
      return outcome.value as Requests[Name]['reply']
    } catch (error) {
      this.kill()
      this.#signal.throwIfAborted()
      throw error
    } finally {
      settled.abort()
    }
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Lets the process end, and ends it when it does not. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.kill(), patience)
    await exit
    clearTimeout(timer)
  }

  #ended(code: number | null, killer: string | null): string {
    const how = killer !== null ? `by ${killer}` : `with code ${code ?? '?'}`
    const said = this.#output.trim().split('\n').slice(-6).join('\n')
    return `The process of the arm ended ${how}.${said === '' ? '' : ` It said: ${said}`}`
  }
}
