import { integer, open, table, text } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { fileOn } from '../src/backend.js'
import type { Disk } from '../src/disk/disk.js'
import { nodeDisk } from '../src/disk/node-disk.js'
import { resolveOptions } from '../src/options.js'
import { temporaryFolder } from './folder.js'
import { chooser } from './losing.js'

/** A write does not rewrite its table: counted in bytes, with a journal so small that there are dozens of segments. */

const plain = table('plain', { id: integer().primaryKey(), name: text(), note: text() })
const named = table('named', { id: integer().primaryKey(), name: text().unique(), note: text() })

const count = 100_000
const note = 'a note of some length, as people write them'

function countingDisk(): Disk & { readonly written: number } {
  const disk = nodeDisk()
  let written = 0
  return {
    ...disk,
    get written() {
      return written
    },
    append: (descriptor, bytes) => {
      written += bytes.length
      disk.append(descriptor, bytes)
    },
    appendLater: (descriptor, bytes) => {
      written += bytes.length
      return disk.appendLater(descriptor, bytes)
    },
  }
}

/** The numbers from 0 on in an order without an order. */
function shuffled(): number[] {
  const numbers = Array.from({ length: count }, (_, index) => index)
  const choose = chooser(7)
  for (let place = count - 1; place > 0; place--) {
    const other = choose(place + 1)
    ;[numbers[place], numbers[other]] = [numbers[other]!, numbers[place]!]
  }
  return numbers
}

const ascending = Array.from({ length: count }, (_, index) => index)

describe(`${count} puts of one row`, () => {
  test.each([
    { keys: 'ascending', ids: ascending, into: plain, format: 'parquet', times: 5 },
    // The index holds each name once more, in an order of its own.
    { keys: 'random', ids: shuffled(), into: named, format: 'parquet', times: 5 },
    { keys: 'random', ids: shuffled(), into: named, format: 'csv', times: 5 },
    { keys: 'random', ids: shuffled(), into: named, format: 'ndjson', times: 5 },
    { keys: 'random', ids: shuffled(), into: named, format: 'json', times: 5 },
  ] as const)(
    'as $format, with $keys keys, write at most $times times their size into $into.definition.name',
    async ({ ids, into, format, times }) => {
      const disk = countingDisk()
      const options = resolveOptions({
        path: temporaryFolder(),
        format,
        synchronous: 'off',
        journalSize: 2 ** 20,
      })
      let size = 0
      const db = await open(fileOn(disk, options))
      await db.ensure(into)
      for (const id of ids) {
        const row = { id, name: `name ${(id * 7919) % 1_000_003}`, note }
        size += JSON.stringify(row).length
        await db.table(into).put(row)
      }
      await db.close()
      const ratio = disk.written / size
      expect(ratio).toBeLessThan(times)
      expect(ratio).toBeGreaterThan(1)
    },
    120_000,
  )
})
