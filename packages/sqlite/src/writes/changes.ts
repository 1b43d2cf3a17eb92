import type { Change, Changes, WriteResult } from '@holdfast/core/backend'
import type { Connection } from '../connection.js'
import type { Steps } from '../steps.js'
import { deleteRows } from './delete.js'
import { insertRows } from './insert.js'
import type { Outcome } from './insert.js'
import { patchRows } from './patch.js'

/** Applies all changes in order. When it throws, some of them may be there already: the caller undoes them. */
export function* applyChanges(connection: Connection, { changes }: Changes): Steps<WriteResult> {
  connection.settle()
  const outcomes: Outcome[] = []
  for (const change of changes) {
    if (outcomes.length > 0) yield
    outcomes.push(yield* applyChange(connection, change))
  }
  const counts = outcomes.map(({ count }) => count)
  if (outcomes.every(({ generated }) => generated === undefined)) return { counts }
  return { counts, generated: outcomes.map(({ generated }) => generated) }
}

function applyChange(connection: Connection, change: Change): Steps<Outcome> {
  switch (change.kind) {
    case 'insert':
      return insertRows(connection, change)
    case 'patch':
      return patchRows(connection, change)
    case 'delete':
      return deleteRows(connection, change)
  }
}

/** Whether one statement does it all, which is atomic by itself. */
export function isSingle({ changes }: Changes): boolean {
  const [change] = changes
  if (change === undefined) return true
  return changes.length === 1 && sizeOf(change) <= 1
}

function sizeOf(change: Change): number {
  switch (change.kind) {
    case 'insert':
      return change.rows.length
    case 'patch':
      return change.patches.length
    case 'delete':
      return change.keys.length
  }
}
