import type { DiagnosticEvent } from '@holdfast/core'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

const channel = 'holdfast'
/** Statements that a page can show. */
const most = 10

/** The different statements that Holdfast has its engine run for some work, in order. */
export async function listen(work: () => unknown): Promise<string[]> {
  const statements = new Set<string>()
  const hear = (event: unknown) => {
    for (const sql of (event as DiagnosticEvent).sql) if (statements.size < most) statements.add(sql)
  }
  subscribe(channel, hear)
  try {
    await work()
  } finally {
    unsubscribe(channel, hear)
  }
  return [...statements]
}
