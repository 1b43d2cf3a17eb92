import { isHoldfastError, throwIfAborted } from '@holdfast/core/backend'
import { join } from 'node:path'
import type { Disk } from '../disk/disk.js'
import { inspectJournal, journalName } from '../journal/journal.js'
import type { Damage } from '../journal/lines.js'
import { recordFromJson } from '../journal/records.js'
import type { LayoutOf } from '../journal/records.js'
import type { JournalRecord } from '../journal/types.js'
import type { JournalEntry } from '../manifest/types.js'
import type { Problem } from './types.js'

/** A transaction of a journal, and where it stands. */
export interface Placed {
  readonly journal: number
  readonly offset: number
  readonly record: JournalRecord
}

/** All transactions that can be read in the journals, and each place where that is not so. */
export async function* salvageJournals(
  disk: Disk,
  path: string,
  journals: readonly JournalEntry[],
  layoutOf: LayoutOf,
  signal?: AbortSignal,
): AsyncGenerator<Placed | Problem, void> {
  for (const entry of journals) {
    const file = join(path, journalName(entry.number))
    try {
      for await (const line of inspectJournal(disk, path, entry)) {
        throwIfAborted(signal)
        if ('problem' in line) yield problemOf(file, line, line.problem)
        else if (line.offset > 0) {
          const record = decode(line.text, layoutOf)
          if (record === undefined) yield problemOf(file, line, 'the line holds no rows of these tables')
          else yield { journal: entry.number, offset: line.offset, record }
        }
      }
    } catch (error) {
      if (!isHoldfastError(error) || error.code === 'ABORTED') throw error
      yield problemOf(file, { offset: 0, end: entry.bytes }, error.message)
    }
  }
}

function decode(text: string, layoutOf: LayoutOf): JournalRecord | undefined {
  try {
    return recordFromJson(text, layoutOf)
  } catch {
    return undefined
  }
}

function problemOf(path: string, { offset, end }: Pick<Damage, 'offset' | 'end'>, problem: string): Problem {
  return {
    path,
    offset,
    problem,
    lost: `the transactions in the bytes from ${offset} to ${end}`,
    recoverable:
      'all other transactions of the file; of rows that these had changed, the versions before them',
  }
}
