import { throwIfAborted } from '@holdfast/core/backend'
import type { Expression, Parameters } from '@holdfast/core/backend'
import { chunkRows } from '../storage/chunk.js'
import type { Chunk } from '../storage/chunk.js'
import type { TableView } from '../storage/view.js'
import { accessRows } from './access.js'
import { pinOf } from './pins.js'
import { compileSelector } from './selector.js'
import type { TableColumns } from './selector.js'

/** The rows of a chunk that passed: `count` positions that rise. Holds only until the next one is asked for. */
export interface Selected {
  readonly chunk: Chunk
  readonly positions: Uint16Array
  readonly count: number
}

/** How the rows are gone through. */
export interface Walk {
  readonly parameters: Parameters
  readonly signal?: AbortSignal | undefined
  /** From the greatest key to the least; within a chunk the positions rise all the same. */
  readonly backward?: boolean
  /** Leaves a chunk out before any of its rows is looked at. */
  readonly skip?: (chunk: Chunk) => boolean
}

/** The conditions of a query: which rows pass, and which way leads to them. */
export interface Selection {
  /** Chunks with rows that pass, in key order. */
  readonly select: (view: TableView, walk: Walk) => Iterable<Selected>
  /** How the rows are found, for people. */
  readonly way: (view: TableView, parameters: Parameters) => string
}

/** All positions of a chunk. */
const everything = Uint16Array.from({ length: chunkRows }, (_, position) => position)

/** Compiles the conditions of a query. */
export function compileSelection(conditions: readonly Expression[], columns: TableColumns): Selection {
  const pins = conditions.map(pinOf).filter((pin) => pin !== undefined)
  const selector = conditions.length === 0 ? undefined : compileSelector(conditions, columns)
  return {
    *select(view, { parameters, signal, backward, skip }) {
      const { chunks } = accessRows(view, pins, parameters)
      const positions = new Uint16Array(chunkRows)
      for (const chunk of backward === true ? chunks.toReversed() : chunks) {
        throwIfAborted(signal)
        if (skip?.(chunk) === true) continue
        const { length } = chunk.rows
        if (selector === undefined) yield { chunk, positions: everything, count: length }
        else {
          positions.set(length === chunkRows ? everything : everything.subarray(0, length))
          const count = selector(chunk, positions, length, parameters)
          if (count > 0) yield { chunk, positions, count }
        }
      }
    },
    way: (view, parameters) => accessRows(view, pins, parameters).way,
  }
}
