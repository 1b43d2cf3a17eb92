/** What has at most so many characters stays on one line. */
const lineLength = 160

/** JSON for people: each object of simple values is a line, and what holds such objects is taken apart, as is what is long. */
export function layOut(value: unknown, indent = ''): string {
  const text = JSON.stringify(value)
  if (typeof value !== 'object' || value === null || isRecord(value)) return text
  if (text.length + indent.length <= lineLength && !holdsRecords(value)) return text
  const within = `${indent}  `
  const [open, close, items] = Array.isArray(value)
    ? ['[', ']', value.map((item) => layOut(item, within))]
    : ['{', '}', Object.entries(value).map(([name, item]) => memberOf(name, item, within))]
  if (items.length === 0) return text
  return `${open}\n${items.map((item) => within + item).join(',\n')}\n${indent}${close}`
}

function memberOf(name: string, item: unknown, indent: string): string {
  return `${JSON.stringify(name)}: ${layOut(item, indent)}`
}

function isRecord(value: object): boolean {
  return (
    !Array.isArray(value) &&
    Object.values(value).every((item) => isSimple(item) || (Array.isArray(item) && item.every(isSimple)))
  )
}

function holdsRecords(value: object): boolean {
  return Object.values(value).some((item) => Array.isArray(item) && item.some((one) => !isSimple(one)))
}

function isSimple(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}
