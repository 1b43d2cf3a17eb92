// Writes pairs of rows into a database until it is killed: each transaction puts two and, later on, deletes the two oldest.
import { integer, open, table } from '@holdfast/core'
import { file } from '../src/index.js'

const items = table('items', { id: integer().primaryKey(), twin: integer() })
const db = await open(
  file({ path: process.argv[2] ?? '', format: 'ndjson', synchronous: 'off', journalSize: 2048 }),
)
await db.ensure(items)
console.log('open')
for (let id = 0; ; id += 2) {
  await db.transaction(async (transaction) => {
    await transaction.table(items).insert([
      { id, twin: id + 1 },
      { id: id + 1, twin: id },
    ])
    if (id >= 100) await transaction.table(items).deleteMany([id - 100, id - 99])
  })
  if (id % 40 === 0) await db.native.flush()
  if (id % 200 === 0) await db.native.compact()
  if (id % 50 === 0) console.log(id)
  // Not so fast that nobody gets to read.
  if (id % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
