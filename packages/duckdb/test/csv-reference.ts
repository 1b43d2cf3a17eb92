/** A plain reader of CSV as docs/semantics.md has it (FILE-2 to FILE-4), to compare with. */

import type { LogicalType } from '@holdfast/core'

/** The records of a text, a null for what is empty without quotes; undefined if it is not well-formed. */
export function parseCsv(text: string, separator: string, columns: number): (string | null)[][] | undefined {
  const records: (string | null)[][] = []
  const endings = new Set<string>()
  let rest = text.replace(/^\ufeff/, '')
  if (rest.includes('\0')) return undefined
  while (rest !== '') {
    const isBlank = /^\r?\n/.test(rest)
    const record: (string | null)[] = []
    for (;;) {
      const found = rest.startsWith('"') ? quoted(rest) : plain(rest, separator)
      if (found === undefined) return undefined
      record.push(found.value)
      rest = rest.slice(found.length)
      if (!rest.startsWith(separator)) break
      rest = rest.slice(1)
    }
    const [ending = ''] = /^\r?\n/.exec(rest) ?? []
    if (ending === '' && rest !== '') return undefined
    if (ending !== '') endings.add(ending)
    rest = rest.slice(ending.length)
    if (isBlank && columns > 1) continue
    if (record.length !== columns) return undefined
    records.push(record)
  }
  const [ending] = endings
  const [first] = /\r\n|\r|\n/.exec(text) ?? []
  const misleads = columns === 1 && ending !== undefined && first !== ending
  return endings.size > 1 || misleads ? undefined : records
}

function quoted(text: string) {
  const [whole] = /^"(?:[^"]|"")*"/.exec(text) ?? []
  return whole === undefined
    ? undefined
    : { value: whole.slice(1, -1).replaceAll('""', '"'), length: whole.length }
}

function plain(text: string, separator: string) {
  const end = [...text].findIndex((character) => [separator, '\n', '\r'].includes(character))
  const value = end === -1 ? text : [...text].slice(0, end).join('')
  return /^[ \t]+"/.test(value) ? undefined : { value: value === '' ? null : value, length: value.length }
}

/** What a text spells of a type, as a user has it; undefined if it spells none. */
export function valueOf(type: LogicalType, text: string): unknown {
  switch (type.name) {
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : undefined
    case 'integer':
      return /^(0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined
    case 'bigint':
      return /^(0|-?[1-9]\d*)$/.test(text) && BigInt(text) === BigInt.asIntN(64, BigInt(text))
        ? BigInt(text)
        : undefined
    case 'double':
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))
        ? Number(text) + 0
        : undefined
    case 'decimal':
      return decimalOf(text, type.precision, type.scale)
    case 'date':
      return isDay(text) ? text : undefined
    case 'timestamp':
      return instantOf(text, type.unit)
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined
    case 'bytes': {
      const bytes = Buffer.from(text, 'base64')
      return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined
    }
    case 'json':
      return jsonOf(text)
    case 'text':
      return text
  }
}

function decimalOf(text: string, precision: number, scale: number): string | undefined {
  const [, sign = '', whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  if (whole === undefined || fraction.length > scale) return undefined
  const scaled = BigInt(whole + fraction.padEnd(scale, '0'))
  if (scaled >= 10n ** BigInt(precision)) return undefined
  const all = String(scaled).padStart(scale + 1, '0')
  const digits = scale === 0 ? all : `${all.slice(0, -scale)}.${all.slice(-scale)}`
  return scaled === 0n ? digits : sign + digits
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001') return false
  const instant = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text)
}

function instantOf(text: string, unit: 'ms' | 'us'): Date | bigint | undefined {
  const [, day, clock, fraction = ''] = /^([\d-]+)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(text) ?? []
  if (day === undefined || !isDay(day) || !/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(clock!)) return undefined
  if (fraction.length > (unit === 'ms' ? 3 : 6) || /\.Z$/.test(text)) return undefined
  const seconds = Date.parse(`${day}T${clock!}Z`)
  if (unit === 'ms') return new Date(seconds + Number(fraction.padEnd(3, '0')))
  return BigInt(seconds) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

function jsonOf(text: string): unknown {
  try {
    const value = JSON.parse(text, (_key, item: unknown) => {
      if (!isAcceptable(item)) throw new RangeError()
      return item === 0 ? 0 : item
    }) as unknown
    return value === null ? undefined : value
  } catch {
    return undefined
  }
}

/** TYPE-9, of one value by itself. */
function isAcceptable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'number') return true
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
}
