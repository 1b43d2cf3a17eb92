import type { Change, IndexDefinition, TableDefinition, WriteResult } from '@holdfast/core/backend'
import type { ResolvedOptions } from '../options.js'
import type { TextIndex } from '../search/text-index.js'
import type { PackedRows } from './columns.js'
import type { Failure } from './failure.js'

/** Batches that are sent without being asked for: the next one is made while the last one is used. */
export const batchesAhead = 2

/** What a thread is started with. */
export interface ThreadData {
  readonly options: ResolvedOptions
}

/** A statement that reads, as it is handed to a thread. */
export interface ReadRequest {
  readonly sql: string
  /** Whether integers come as bigints. */
  readonly wide: boolean
  readonly values: readonly unknown[]
}

/** A large write. */
export type WriteRequest =
  | { readonly kind: 'changes'; readonly changes: readonly PackedChange[] }
  | {
      readonly kind: 'statement'
      readonly sql: string
      readonly table: string
      readonly values: readonly unknown[]
    }
  | { readonly kind: 'checkpoint' }
  | Definition

/** What is made of all rows of a table. */
export type Definition =
  | { readonly kind: 'index'; readonly table: string; readonly index: IndexDefinition }
  | { readonly kind: 'textIndex'; readonly index: TextIndex }

/** A change whose rows, which are most of it, are packed. */
export type PackedChange =
  | {
      readonly kind: 'insert'
      readonly table: TableDefinition
      readonly rows: PackedRows
      readonly onConflict: Extract<Change, { kind: 'insert' }>['onConflict']
    }
  | Exclude<Change, { kind: 'insert' }>

/** What comes of each kind of write. */
export interface WriteAnswers {
  readonly changes: WriteResult
  readonly statement: number
  readonly checkpoint: undefined
  readonly index: undefined
  readonly textIndex: undefined
}

export type Request =
  | { readonly kind: 'read'; readonly id: number; readonly read: ReadRequest }
  /** One more batch may be sent. */
  | { readonly kind: 'more'; readonly id: number }
  /** Nobody wants what is left of a read; a write is to be undone if it can be. */
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'write'; readonly id: number; readonly write: WriteRequest }
  | { readonly kind: 'statistics'; readonly id: number }

export type Reply =
  /** The thread can be used. */
  | { readonly kind: 'ready' }
  | RowsReply
  | { readonly kind: 'done'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }

export interface RowsReply {
  readonly kind: 'rows'
  readonly id: number
  readonly rows: PackedRows
  readonly last: boolean
  /** For how long the thread has worked on it. */
  readonly milliseconds: number
}
