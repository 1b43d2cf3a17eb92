import { counted } from '../../data/accounts.ts'
import type { Operation, Plan } from './operations.ts'
import type { MaybePromise, YcsbSession } from './session.ts'

/** What the clients read, each in the order of its operations; undefined for operations that read nothing. */
export interface Answers {
  readonly plan: Plan
  readonly read: readonly (readonly unknown[])[]
}

/**
 * All clients at once, each without a pause between its operations. A latency is the time from one end of an operation to the
 * next: where clients wait for each other, because a driver does one thing at a time, the wait is part of it.
 */
export async function runClients(
  session: YcsbSession,
  plan: Plan,
  took: (milliseconds: number) => void,
): Promise<Answers> {
  const alone = plan.clients.length === 1
  const client = async (operations: readonly Operation[]): Promise<unknown[]> => {
    const read: unknown[] = []
    let last = performance.now()
    for (const operation of operations) {
      let answer = perform(session, operation)
      if (isPromise(answer)) answer = await answer
      // Whoever answers at once lets the others come next.
      else if (!alone) await Promise.resolve()
      read.push(readsOnly(operation) ? answer : undefined)
      const now = performance.now()
      took(now - last)
      last = now
    }
    return read
  }
  return { plan, read: await Promise.all(plan.clients.map(client)) }
}

function perform(session: YcsbSession, operation: Operation): MaybePromise<unknown> {
  switch (operation.kind) {
    case 'read':
      return session.read(operation.key)
    case 'update':
      return session.update(operation.key, operation.field, operation.value)
    case 'insert':
      return session.insert(operation.account)
    case 'scan':
      return session.scan(operation.start, operation.count)
    case 'modify':
      return session.readModifyWrite(operation.key, operation.field, counted)
  }
}

export function readsOnly({ kind }: Operation): boolean {
  return kind === 'read' || kind === 'scan'
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise
}
