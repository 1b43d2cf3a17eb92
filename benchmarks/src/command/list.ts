import { workloads } from '../workloads/index.ts'
import { formatCount, wrap } from './format.ts'

const width = 100

/** What there is to be run. */
export async function listText(): Promise<string> {
  const loaded = await Promise.all(Object.values(workloads).map((load) => load()))
  const texts = loaded.map(({ name, title, rows, steps, arms }) => {
    const byEngine = Map.groupBy(arms, ({ engine }) => engine)
    const items = [
      ['steps', steps.map((step) => step.name).join(', ')],
      ['rows', [...new Set([rows.quick, ...rows.full])].map(formatCount).join('  ')],
      ...Array.from(byEngine, ([engine, some]) => [engine, some.map((arm) => arm.name).join('; ')]),
    ] as const
    return [`${name}: ${title}`, ...items.flatMap(([label, text]) => item(label, text))].join('\n')
  })
  return `${texts.join('\n\n')}\n`
}

function item(label: string, text: string): string[] {
  const indent = 12
  return wrap(text, width - indent).map((line, index) =>
    index === 0 ? `  ${label.padEnd(indent - 2)}${line}` : ' '.repeat(indent) + line,
  )
}
