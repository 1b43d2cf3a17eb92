import { toUser } from '../schema/values.js'
import type { IndexDefinition, Key, StoredValue, TableDefinition } from '../schema/types.js'
import { HoldfastError } from './errors.js'

/** The database was opened to read only. */
export function openToReadOnly(): HoldfastError {
  return new HoldfastError('READ_ONLY', 'The database is open to read only.')
}

/** A row with this primary key exists already (WRITE-2). */
export function duplicateKey(table: TableDefinition, key: Key): HoldfastError {
  return new HoldfastError(
    'DUPLICATE_KEY',
    `Table "${table.name}" already has a row with this primary key. Insert with onConflict 'skip' or 'replace', or put the row.`,
    { table: table.name, key: userKey(table, key) },
  )
}

/** Another row holds these values of a unique index. The key is that of the refused row, if it had one yet. */
export function uniqueViolation(table: TableDefinition, index: IndexDefinition, key?: Key): HoldfastError {
  return new HoldfastError(
    'UNIQUE_VIOLATION',
    `Another row of table "${table.name}" has the same ${index.columns.join(', ')}: the unique index "${index.name}" refuses a second one.`,
    key === undefined ? { table: table.name } : { table: table.name, key: userKey(table, key) },
  )
}

/** The row is of another version than expected, or gone (WRITE-5). */
export function versionMismatch(table: TableDefinition, key: Key): HoldfastError {
  return new HoldfastError(
    'VERSION_MISMATCH',
    `A row of table "${table.name}" is not of the expected version. Read it again and decide on what it holds now.`,
    { table: table.name, key: userKey(table, key) },
  )
}

/** The generated keys of the table are used up. */
export function keysExhausted(table: TableDefinition): HoldfastError {
  return new HoldfastError(
    'LIMIT_EXCEEDED',
    `Table "${table.name}" has given out the greatest key of its type: no further key can be generated.`,
    { table: table.name },
  )
}

/** Nothing remembers which keys of the table were generated. */
export function cannotGenerate(table: TableDefinition): HoldfastError {
  return new HoldfastError(
    'UNSUPPORTED',
    `The engine cannot generate keys for table "${table.name}" here. Insert outside the transaction, or give the keys.`,
    { table: table.name },
  )
}

/** A key as the user writes it: the value itself, or an object when the key has several columns. */
export function userKey(table: TableDefinition, key: Key): unknown {
  const values = table.primaryKey.map((name, position) => {
    const column = table.columns.find((candidate) => candidate.name === name)
    const value = key[position] as StoredValue
    return [name, column === undefined ? value : toUser(column.type, value)] as const
  })
  return values.length === 1 ? values[0]?.[1] : Object.fromEntries(values)
}
