import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type {
  Answered,
  ArmRequests,
  Asked,
  Message,
  Numbered,
  Reply,
  RequestMap,
  ServerRequests,
} from './messages.ts'

/** Why a cell has no time: for its reader. */
export class CellFailure extends Error {}

const keptOutput = 2000
const patience = 3

/** A process of ours that does what it is asked. */
export class ProcessClient<Requests extends RequestMap> {
  readonly #child: ChildProcess
  readonly #signal: AbortSignal
  readonly #waiting = new Map<number, PromiseWithResolvers<Reply>>()
  #asked = 0
  #output = ''
  /** The end of what was asked before. */
  #before: Promise<unknown> = Promise.resolve()

  /**
   * @param script the name of its file, without what is behind the dot
   * @param detached whether an interrupt at the keyboard does not reach it and what it has started
   */
  constructor(
    script: string,
    signal: AbortSignal,
    { detached = false }: { readonly detached?: boolean } = {},
  ) {
    this.#signal = signal
    // Beside this file in the source, and beside the chunk that this file becomes a part of.
    const file = `${script}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`
    this.#child = fork(new URL(file, import.meta.url), [], {
      detached,
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child.on('message', ({ number, ...reply }: Numbered<Reply>) =>
      this.#waiting.get(number)?.resolve(reply),
    )
    this.#child.on('exit', () => this.#fail())
    this.#child.on('error', () => this.#fail())
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-keptOutput)
      })
  }

  /**
   * Asks for one thing, after all that was asked before, and waits for the answer.
   *
   * @throws CellFailure when the process failed, ended, or had no answer after so many seconds; it may still be at work then
   */
  ask<Name extends keyof Requests & string>(
    name: Name,
    request: Asked<Requests, Name>,
    seconds: number,
  ): Promise<Answered<Requests, Name>> {
    const answer = this.#before.then(() => this.#ask(name, request, seconds))
    this.#before = answer.catch(() => undefined)
    return answer
  }

  async #ask<Name extends keyof Requests & string>(
    name: Name,
    request: Asked<Requests, Name>,
    seconds: number,
  ): Promise<Answered<Requests, Name>> {
    this.#signal.throwIfAborted()
    if (!this.#child.connected) throw new CellFailure(this.#ended())
    const number = (this.#asked += 1)
    const reply = Promise.withResolvers<Reply>()
    const stop = () => reply.reject(this.#signal.reason)
    const late = setTimeout(
      () =>
        reply.reject(new CellFailure(`No end of \`${name}\` after ${seconds} s; --time-limit gives more.`)),
      seconds * 1000,
    )
    this.#signal.addEventListener('abort', stop)
    this.#waiting.set(number, reply)
    try {
      this.#child.send({ number, name, request } satisfies Message, (error) => {
        if (error !== null) reply.reject(new CellFailure(this.#ended()))
      })
      const outcome = await reply.promise
      if ('failure' in outcome) throw new CellFailure(outcome.failure)
      return outcome.value as Answered<Requests, Name>
    } finally {
      this.#waiting.delete(number)
      this.#signal.removeEventListener('abort', stop)
      clearTimeout(late)
    }
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Lets the process end, and ends it when it does not within so many seconds. */
  async close(seconds: number = patience): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.kill(), seconds * 1000)
    await exit
    clearTimeout(timer)
  }

  #fail(): void {
    for (const { reject } of this.#waiting.values()) reject(new CellFailure(this.#ended()))
  }

  #ended(): string {
    const { signalCode, exitCode } = this.#child
    const how = signalCode !== null ? `by ${signalCode}` : `with code ${exitCode ?? '?'}`
    const said = this.#output.trim().split('\n').slice(-6).join('\n')
    return `The process ended ${how}.${said === '' ? '' : ` It said: ${said}`}`
  }
}

export type ArmClient = ProcessClient<ArmRequests>

/** A process for one arm. */
export const startArm = (signal: AbortSignal): ArmClient => new ProcessClient('arm-process', signal)

/** A process for the server: it ends what it has started also when this process is gone. */
export const startServerProcess = (signal: AbortSignal): ProcessClient<ServerRequests> =>
  new ProcessClient('server-process', signal, { detached: true })
