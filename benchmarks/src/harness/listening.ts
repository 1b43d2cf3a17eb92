import type { DiagnosticEvent } from '@holdfast/core'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

const channel = 'holdfast'
/** Statements that a page can show. */
const most = 10

export interface Heard {
  /** The different statements that Holdfast has its engine run, in order. */
  readonly statements: readonly string[]
  /** What the engine takes of the first query, and what core does. */
  readonly plan: string | null
}

/** Listens to Holdfast while it works. */
export async function listen(work: () => unknown): Promise<Heard> {
  const statements = new Set<string>()
  let plan: string | null = null
  const hear = (event: unknown) => {
    const told = event as DiagnosticEvent
    for (const sql of told.sql) if (statements.size < most) statements.add(sql)
    if (told.plan !== undefined) plan ??= JSON.stringify(told.plan, undefined, 2)
  }
  subscribe(channel, hear)
  try {
    await work()
  } finally {
    unsubscribe(channel, hear)
  }
  return { statements: [...statements], plan }
}
