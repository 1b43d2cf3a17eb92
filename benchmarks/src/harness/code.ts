import type { Job, Step } from '../contract/workload.ts'

/** What an arm runs for a step, as it is written: the methods of the session that the step uses. */
export function shownCode(step: Step<unknown>, session: unknown, job: Job): string {
  const names = step.uses ?? methodsOf(step, session, job)
  const methods = names.map((name) => (session as Readonly<Record<string, unknown>> | undefined)?.[name])
  const texts = methods.filter((method) => typeof method === 'function').map((method) => tidy(String(method)))
  return texts.length > 0 ? texts.join('\n\n') : tidy(step.run.toString())
}

/** The methods of a session that a step calls first, found by letting it have a session on which nothing happens. */
function methodsOf(step: Step<unknown>, session: unknown, job: Job): string[] {
  const asked = new Set<string>()
  const stub = new Proxy(Object(session) as object, {
    get(_, name) {
      asked.add(String(name))
      return () => undefined
    },
  })
  const nothing = () => undefined
  try {
    const answer = step.run(stub, { ...job, lap: nothing, took: nothing })
    if (answer instanceof Promise) answer.catch(nothing)
  } catch {
    // It missed an answer: what it has asked for until then is known.
  }
  return [...asked]
}

/** Without the indentation of where it stood, and without the blanks that types have left. */
function tidy(code: string): string {
  const lines = code.split('\n').map((line) =>
    line
      .replace(/(\S) {2,}(?=\S)/g, '$1 ')
      .replace(/ (?=[),;])/g, '')
      .replace(/\s+$/, ''),
  )
  const depths = lines
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.length - line.trimStart().length)
  const depth = Math.min(...depths)
  return lines.map((line, index) => (index === 0 ? line : line.slice(depth))).join('\n')
}
