/** A value in at most so many characters stays on one line. */
const lineLength = 160

/** JSON for people: what is short stands on one line, what is long is taken apart, a level deeper each time. */
export function layOut(value: unknown, indent = ''): string {
  const text = JSON.stringify(value)
  if (text.length + indent.length <= lineLength || typeof value !== 'object' || value === null) return text
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
