import type { Step } from '../contract/workload.ts'

/** What an arm runs for a step, as it is written: the methods of the session that the step uses. */
export function shownCode(step: Step<unknown>, session: unknown): string {
  const names = step.uses ?? methodsIn(step.run.toString())
  const methods = names.map((name) => (session as Readonly<Record<string, unknown>> | undefined)?.[name])
  const texts = methods.filter((method) => typeof method === 'function').map((method) => tidy(String(method)))
  return texts.length > 0 ? texts.join('\n\n') : tidy(step.run.toString())
}

function methodsIn(code: string): string[] {
  const [, session] = /^[^(]*\(\s*(\w+)/.exec(code) ?? []
  if (session === undefined) return []
  return [
    ...new Set(Array.from(code.matchAll(new RegExp(`\\b${session}\\.(\\w+)`, 'g')), ([, name]) => name!)),
  ]
}

/** Without the indentation of where it stood, and without the blanks that types have left. */
function tidy(code: string): string {
  const lines = code.split('\n').map((line) => line.replace(/(\S) {2,}(?=\S)/g, '$1 ').replace(/\s+$/, ''))
  const depths = lines
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.length - line.trimStart().length)
  const depth = Math.min(...depths)
  return lines.map((line, index) => (index === 0 ? line : line.slice(depth))).join('\n')
}
