import { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import { ByteWriter } from './byte-writer.js'
import { isAnswer, received } from './messages.js'

/** Who takes the answers to what was sent. */
export interface Receiver {
  /** Takes a message, whose content is from `at` to `end`. */
  take(code: number, bytes: Buffer, at: number, end: number): void
}

type Listener = (chunk: Buffer) => void

/** One byte that says what a message is, and four for the length of the rest. */
const headLength = 5

/**
 * What goes through the socket of one of the driver's connections. Answers to the receiver come to it as the bytes that they
 * are, of which the driver would make objects and events; all other messages go to the driver.
 */
export class Channel {
  readonly stream: Duplex
  readonly writer = new ByteWriter()
  readonly #driver: readonly Listener[]
  #receiver: Receiver | undefined
  /** The beginning of a message, and how many bytes must come before it is worth another look. */
  #begun: Buffer[] = []
  #missing = 0

  /** @param stream a socket on which the driver has come to the end of a message */
  constructor(stream: Duplex) {
    this.stream = stream
    this.#driver = stream.listeners('data') as Listener[]
    stream.removeAllListeners('data')
    stream.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  /** Sends what was written. */
  flush(): void {
    this.stream.write(this.writer.take())
  }

  /** Has answers go to this one from now on. */
  begin(receiver: Receiver): void {
    this.#receiver = receiver
  }

  end(receiver: Receiver): void {
    if (this.#receiver === receiver) this.#receiver = undefined
  }

  #take(chunk: Buffer): void {
    let bytes = chunk
    if (this.#begun.length > 0) {
      this.#begun.push(chunk)
      this.#missing -= chunk.length
      if (this.#missing > 0) return
      bytes = Buffer.concat(this.#begun)
      this.#begun = []
    }
    const end = this.#split(bytes)
    if (end === bytes.length) return
    const rest = bytes.length - end
    this.#begun.push(bytes.subarray(end))
    this.#missing = (rest < headLength ? headLength : 1 + bytes.readUInt32BE(end + 1)) - rest
  }

  /** Hands over all whole messages; gives where they end. */
  #split(bytes: Buffer): number {
    let at = 0
    /** From here on all are the driver's, up to where we are. */
    let foreign = 0
    while (at + headLength <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1)
      if (end > bytes.length) break
      const code = bytes[at]!
      if (this.#receiver !== undefined && isAnswer(code)) {
        // What came before it counts before it, and may have been an error.
        this.#forward(bytes, foreign, at)
        foreign = end
        this.#receiver?.take(code, bytes, at + headLength, end)
      } else if (code === received.readyForQuery) {
        // With it begins what is next.
        this.#forward(bytes, foreign, end)
        foreign = end
      }
      at = end
    }
    this.#forward(bytes, foreign, at)
    return at
  }

  #forward(bytes: Buffer, from: number, to: number): void {
    if (from === to) return
    const messages = from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to)
    for (const listener of this.#driver) listener(messages)
  }
}
