/** Another process: opens the database whose address it is given, says what it finds there, and leaves a row. */

import { isHoldfastError, open } from '@holdfast/core'
import { text } from 'node:stream/consumers'
import { backendAt } from '../engines.ts'
import type { Address } from '../engines.ts'
import { itemRows, items } from './items.ts'

const address = JSON.parse(await text(process.stdin)) as Address
try {
  await using database = await open(backendAt(address))
  const found = await database.table(items).count()
  await database.table(items).insert({ id: 100, label: 'from the neighbour', number: null })
  console.log(found === itemRows.length ? 'found' : `${found} rows`)
} catch (error) {
  if (!isHoldfastError(error)) throw error
  console.log(error.code)
}
