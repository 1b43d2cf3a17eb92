import { definitionFromJson, isHoldfastError } from '@holdfast/core/backend'
import type { TableDefinition } from '@holdfast/core/backend'
import type { Disk } from '../disk/disk.js'
import { readManifest } from '../manifest/manifest.js'
import type { JournalEntry, RunEntry, TableEntry } from '../manifest/types.js'
import type { RowLayout } from '../segments/types.js'
import { layoutOfIndex, layoutOfRows } from '../store/state.js'
import { guessParts } from './guess.js'
import type { Problem } from './types.js'

/** What a database consists of, as the manifest says, or as far as it can be told without one. */
export interface Parts {
  /** Undefined if the manifest cannot be read. */
  readonly revision: number | undefined
  readonly journals: readonly JournalEntry[]
  readonly tables: readonly TablePart[]
  readonly problems: readonly Problem[]
}

export interface TablePart {
  readonly definition: TableDefinition
  readonly folder: string
  readonly describedBy: TableEntry['describedBy'] | undefined
  readonly since: TableEntry['since'] | undefined
  readonly lastKey: string | undefined
  /** Of the rows first, then of the unique indexes. */
  readonly sorted: readonly SortedPart[]
}

export interface SortedPart {
  readonly id: number
  readonly layout: RowLayout
  readonly runs: readonly RunEntry[]
}

/**
 * Reads the manifest, or looks for what it would name.
 *
 * @throws HoldfastError `NOT_FOUND` where there is no database at all, `UNSUPPORTED` for one of a later version
 */
export async function findParts(disk: Disk, path: string): Promise<Parts> {
  try {
    const manifest = await readManifest(disk, path)
    if (manifest === undefined) return await guessParts(disk, path, 'the file is missing')
    const { revision, journals } = manifest
    return { revision, journals, tables: manifest.tables.map(partOf), problems: [] }
  } catch (error) {
    if (!isHoldfastError(error) || error.code !== 'CORRUPT') throw error
    return await guessParts(disk, path, error.message)
  }
}

function partOf({ definition: json, folder, describedBy, since, lastKey, ...entry }: TableEntry): TablePart {
  const definition = definitionFromJson(json)
  const indexes = entry.indexes.map(({ id, name, rows }) => {
    const index = definition.indexes.find((each) => each.name === name)!
    return { id, layout: layoutOfIndex(definition, index), runs: rows.runs }
  })
  const rows = { id: entry.id, layout: layoutOfRows(definition), runs: entry.rows.runs }
  return { definition, folder, describedBy, since, lastKey, sorted: [rows, ...indexes] }
}
