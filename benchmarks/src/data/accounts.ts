import { table, text, type RowOf } from '@holdfast/core'
import type { Dataset } from './dataset.ts'
import { mix, Random } from './random.ts'

/** YCSB's table: a key and ten fields of 100 bytes. */
export const accounts = table('accounts', {
  key: text().primaryKey(),
  field0: text(),
  field1: text(),
  field2: text(),
  field3: text(),
  field4: text(),
  field5: text(),
  field6: text(),
  field7: text(),
  field8: text(),
  field9: text(),
})

export type Account = RowOf<typeof accounts>

export const fieldNames = [
  'field0',
  'field1',
  'field2',
  'field3',
  'field4',
  'field5',
  'field6',
  'field7',
  'field8',
  'field9',
] as const

export type FieldName = (typeof fieldNames)[number]

const fieldLength = 100
const counterLength = 10

/** The keys of accounts that follow each other are far from each other. */
export function accountKey(number: number): string {
  return `user${String(mix(number + 1)).padStart(10, '0')}`
}

/** The same account for the same number, always. */
export function account(number: number, seed: number): Account {
  const random = new Random(seed, `account ${number}`)
  const row: Record<string, string> = { key: accountKey(number) }
  for (const name of fieldNames) row[name] = fieldValue(random)
  return row as Account
}

/** A count, which is 0 at first, and letters. */
export function fieldValue(random: Random): string {
  let value = '0'.repeat(counterLength)
  while (value.length < fieldLength) value += random.next().toString(36).padStart(7, '0')
  return value.slice(0, fieldLength)
}

/** The value counted up by 1: what one does to it, and another, comes to the same in every order. */
export function counted(value: string, times = 1): string {
  const count = Number(value.slice(0, counterLength)) + times
  return String(count).padStart(counterLength, '0') + value.slice(counterLength)
}

export const dataset: Dataset = {
  name: 'accounts',
  tables: [
    {
      table: accounts,
      *rows({ rows, seed }) {
        for (let number = 0; number < rows; number++) yield account(number, seed)
      },
    },
  ],
}
