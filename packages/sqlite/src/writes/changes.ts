import type { Change, Changes, WriteResult } from '@holdfast/core/backend'
import type { Connection } from '../connection.js'
import type { Steps } from '../steps.js'
import { deleteRow, deleteRows } from './delete.js'
import { insertRow, insertRows } from './insert.js'
import type { Outcome } from './insert.js'
import { patchOne, patchRows } from './patch.js'

/** Applies all changes in order. When it throws, some of them may be there already: the caller undoes them. */
export function* applyChanges(connection: Connection, changes: readonly Change[]): Steps<WriteResult> {
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

/** The one change of one row that a write consists of, which a single statement makes. */
export function onlyRow({ changes }: Changes): Change | undefined {
  const [change] = changes
  return changes.length === 1 && sizeOf(change!) === 1 ? change : undefined
}

/** Applies a change of one row. */
export function applyToRow(connection: Connection, change: Change): WriteResult {
  const { count, generated } = applyOne(connection, change)
  return generated === undefined ? { counts: [count] } : { counts: [count], generated: [generated] }
}

function applyOne(connection: Connection, change: Change): Outcome {
  switch (change.kind) {
    case 'insert':
      return insertRow(connection, change)
    case 'patch':
      return { count: patchOne(connection, change, change.patches[0]!) }
    case 'delete':
      return { count: deleteRow(connection, change, change.keys[0]!) }
  }
}

/** Rows that changes are about. */
export function rowsOf(changes: readonly Change[]): number {
  return changes.reduce((rows, change) => rows + sizeOf(change), 0)
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
