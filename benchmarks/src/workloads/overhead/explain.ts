import type { Explanation } from '../../contract/arm.ts'

/** What an arm that writes its SQL by hand asks of the engine. */
export interface Statements {
  readonly read: string
  readonly readList: string
  readonly readWindow: string
  readonly group: string
  readonly stream: string
  readonly insert: string
  readonly update: string
}

const used: Readonly<Record<string, keyof Statements>> = {
  'point-read': 'read',
  'point-reads-64-at-once': 'read',
  'many-keys': 'readList',
  insert: 'insert',
  'inserts-1-at-once': 'insert',
  'inserts-8-at-once': 'insert',
  'inserts-64-at-once': 'insert',
  update: 'update',
  'updates-64-at-once': 'update',
  filter: 'readWindow',
  'group-by': 'group',
  stream: 'stream',
}

/** The SQL of a step. */
export function explainBy(statements: Statements): (step: string) => Promise<Explanation | undefined> {
  return async (step) => {
    const name = used[step]
    return name === undefined ? undefined : { sql: statements[name] }
  }
}
