import type { ByteWriter } from './byte-writer.js'

/** The messages of https://www.postgresql.org/docs/current/protocol-message-formats.html, as far as they are needed here. */

/** The first bytes of messages from the server. */
export const received = {
  parseComplete: 0x31,
  bindComplete: 0x32,
  closeComplete: 0x33,
  commandComplete: 0x43,
  dataRow: 0x44,
  copyInResponse: 0x47,
  emptyQuery: 0x49,
  readyForQuery: 0x5a,
  noData: 0x6e,
  portalSuspended: 0x73,
} as const

const answers = new Set<number>(Object.values(received))
answers.delete(received.readyForQuery)

/** Whether a message answers what was sent, rather than being about the connection, or an error. */
export function isAnswer(code: number): boolean {
  return answers.has(code)
}

const sent = {
  bind: 0x42,
  close: 0x43,
  describe: 0x44,
  execute: 0x45,
  parse: 0x50,
  sync: 0x53,
  copyDone: 0x63,
  copyData: 0x64,
  copyFail: 0x66,
} as const

const lengthBytes = 4

/** The name of a prepared statement, or of a portal. */
export interface Named {
  readonly type: 'S' | 'P'
  readonly name: string
}

export interface Binding {
  readonly portal: string
  readonly statement: string
  readonly values: readonly (string | null)[]
  /** Whether rows are to come in the binary form of their types, rather than as texts. */
  readonly binary: boolean
}

export function writeParse(writer: ByteWriter, name: string, text: string): void {
  const begun = begin(writer, sent.parse)
  zeroEnded(writer, name)
  zeroEnded(writer, text)
  writer.int16(0)
  end(writer, begun)
}

export function writeBind(writer: ByteWriter, { portal, statement, values, binary }: Binding): void {
  const begun = begin(writer, sent.bind)
  zeroEnded(writer, portal)
  zeroEnded(writer, statement)
  // No format for parameters: all of them are texts.
  writer.int16(0)
  writer.int16(values.length)
  for (const value of values) {
    if (value === null) writer.int32(-1)
    else {
      const size = writer.beginSized()
      writer.text(value)
      writer.endSized(size)
    }
  }
  // One format for all columns.
  writer.int16(1)
  writer.int16(binary ? 1 : 0)
  end(writer, begun)
}

export function writeDescribe(writer: ByteWriter, named: Named): void {
  writeNamed(writer, sent.describe, named)
}

export function writeClose(writer: ByteWriter, named: Named): void {
  writeNamed(writer, sent.close, named)
}

/** @param rows at most; 0 for all */
export function writeExecute(writer: ByteWriter, portal: string, rows: number): void {
  const begun = begin(writer, sent.execute)
  zeroEnded(writer, portal)
  writer.int32(rows)
  end(writer, begun)
}

export function writeSync(writer: ByteWriter): void {
  end(writer, begin(writer, sent.sync))
}

/** What precedes data of so many bytes that are sent as they are. */
export function writeCopyData(writer: ByteWriter, length: number): void {
  writer.byte(sent.copyData)
  writer.int32(lengthBytes + length)
}

export function writeCopyDone(writer: ByteWriter): void {
  end(writer, begin(writer, sent.copyDone))
}

export function writeCopyFail(writer: ByteWriter, reason: string): void {
  const begun = begin(writer, sent.copyFail)
  zeroEnded(writer, reason)
  end(writer, begun)
}

function writeNamed(writer: ByteWriter, code: number, { type, name }: Named): void {
  const begun = begin(writer, code)
  writer.text(type)
  zeroEnded(writer, name)
  end(writer, begun)
}

function begin(writer: ByteWriter, code: number): number {
  writer.byte(code)
  return writer.beginSized()
}

function end(writer: ByteWriter, begun: number): void {
  writer.endSized(begun, lengthBytes)
}

function zeroEnded(writer: ByteWriter, text: string): void {
  writer.text(text)
  writer.byte(0)
}
