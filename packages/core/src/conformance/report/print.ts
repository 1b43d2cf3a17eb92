/** Values as JavaScript source, so that what a failure prints can be pasted into a program. */

const longestText = 200
const deepest = 12

/**
 * A user value or a stored value as an expression: `12n`, `new Date('…')`, `Uint8Array.of(1, 2)`, `{ a: 1 }`. What lies
 * deeper than a reader looks, or without end, is `…`.
 */
export function printValue(value: unknown, depth = 0): string {
  if (depth > deepest) return '…'
  switch (typeof value) {
    case 'string':
      return printText(value)
    case 'bigint':
      return `${value}n`
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'object':
      return value === null ? 'null' : printObject(value, depth)
    default:
      return String(value)
  }
}

/** ASCII only, so that no terminal and no editor can change what is read. */
function printText(text: string): string {
  const shown = text.length <= longestText ? text : `${text.slice(0, longestText)}…`
  const quoted = JSON.stringify(shown).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')
  const escaped = quoted.replace(
    /[^\x20-\x7e…]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length <= longestText ? `'${escaped}'` : `'${escaped}' /* ${text.length} long */`
}

function printObject(value: object, depth: number): string {
  if (value instanceof Date)
    return `new Date(${Number.isNaN(value.getTime()) ? NaN : `'${value.toISOString()}'`})`
  if (value instanceof Uint8Array) return printBytes(value)
  if (Array.isArray(value)) return `[${value.map((item) => printValue(item, depth + 1)).join(', ')}]`
  const members = Object.entries(value).map(
    ([name, member]) => `${printName(name)}: ${printValue(member, depth + 1)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function printBytes(bytes: Uint8Array): string {
  const kind = bytes.constructor === Uint8Array ? 'Uint8Array' : bytes.constructor.name
  const shown = [...bytes.subarray(0, 32)].join(', ')
  return bytes.length <= 32 ? `${kind}.of(${shown})` : `${kind}.of(${shown}, … ${bytes.length} bytes)`
}

export function printName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : printText(name)
}

/** At most `limit` rows, one a line. */
export function printRows(rows: readonly unknown[], limit = 20): string {
  if (rows.length === 0) return '(no rows)'
  const lines = rows.slice(0, limit).map((row) => printValue(row))
  return [...lines, ...(rows.length > limit ? [`… ${rows.length} rows in all`] : [])].join('\n')
}

export function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by))
}
