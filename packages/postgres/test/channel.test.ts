import { Buffer } from 'node:buffer'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Channel } from '../src/wire/channel.js'
import { isAnswer, received } from '../src/wire/messages.js'

const { dataRow, commandComplete, bindComplete, readyForQuery } = received
const [notice, error, rowDescription] = [0x4e, 0x45, 0x54]

interface Message {
  readonly code: number
  readonly content: Uint8Array
}

const messages = fc.array(
  fc.record<Message>({
    code: fc.constantFrom(
      ...[dataRow, dataRow, commandComplete, bindComplete, readyForQuery, notice, error, rowDescription],
    ),
    content: fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 200, maxLength: 400 })),
  }),
  { maxLength: 30 },
)

function bytesOf({ code, content }: Message): Buffer {
  const bytes = Buffer.alloc(5 + content.length)
  bytes[0] = code
  bytes.writeInt32BE(4 + content.length, 1)
  bytes.set(content, 5)
  return bytes
}

/** Whose a message was, and what it said. */
type Taken = readonly [by: 'receiver' | 'driver', code: number, content: string]

function takenFrom(chunks: readonly Buffer[], receives: boolean): readonly Taken[] {
  const taken: Taken[] = []
  const stream = new PassThrough()
  stream.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + bytes.readInt32BE(at + 1)
      expect(end, 'what the driver gets are whole messages').toBeLessThanOrEqual(bytes.length)
      taken.push(['driver', bytes[at]!, bytes.toString('hex', at + 5, end)])
      at = end
    }
  })
  const channel = new Channel(stream)
  if (receives)
    channel.begin({
      take: (code, bytes, at, end) => void taken.push(['receiver', code, bytes.toString('hex', at, end)]),
    })
  for (const chunk of chunks) stream.emit('data', chunk)
  return taken
}

test('answers come to who asked and all else to the driver, in order, wherever the network cuts them', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 40 })
  fc.assert(
    fc.property(messages, cuts, fc.boolean(), (given, places, receives) => {
      const bytes = Buffer.concat(given.map(bytesOf))
      const ends = places.map((place) => place % (bytes.length + 1)).sort((left, right) => left - right)
      const chunks = [0, ...ends].map((from, index) => bytes.subarray(from, ends[index] ?? bytes.length))
      expect(takenFrom(chunks, receives)).toEqual(
        given.map(({ code, content }): Taken => {
          const by = receives && isAnswer(code) ? 'receiver' : 'driver'
          return [by, code, Buffer.from(content).toString('hex')]
        }),
      )
    }),
    { numRuns: 500 },
  )
})
