import { Buffer } from 'node:buffer'
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
  return `user${String(keyNumber(number)).padStart(10, '0')}`
}

const keyNumber = (number: number): number => mix(number + 1)

/** The same account for the same number, always. */
export function account(number: number, seed: number): Account {
  const random = new Random(seed, `account ${number}`)
  const row: Record<string, string> = { key: accountKey(number) }
  for (const name of fieldNames) row[name] = fieldValue(random)
  return row as Account
}

const base = 36
const digitsOfNumber = 7
const zero = '0'.charCodeAt(0)
const digits = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz')
const value = Buffer.alloc(fieldLength + digitsOfNumber, zero)

/** A count, which is 0 at first, and numbers to the base 36. A million accounts are ten million of them: written as bytes. */
export function fieldValue(random: Random): string {
  for (let start = counterLength; start < fieldLength; start += digitsOfNumber) {
    let rest = random.next()
    for (let index = start + digitsOfNumber - 1; index >= start; index--) {
      value[index] = digits[rest % base]!
      rest = Math.floor(rest / base)
    }
  }
  return value.toString('latin1', 0, fieldLength)
}

/** The value counted up by 1: what one does to it, and another, comes to the same in every order. */
export function counted(value: string, times = 1): string {
  const count = Number(value.slice(0, counterLength)) + times
  return String(count).padStart(counterLength, '0') + value.slice(counterLength)
}

/**
 * A table that lies in the order of its key is filled from one end to the other. In another order most pages are no longer in
 * the engine's cache when their next row comes, so that those of a million accounts are written many times over.
 */
const inKeyOrder = (rows: number): Uint32Array =>
  Uint32Array.from({ length: rows }, (_, number) => number).sort(
    (left, right) => keyNumber(left) - keyNumber(right),
  )

export const dataset: Dataset = {
  name: 'accounts',
  tables: [
    {
      table: accounts,
      *rows({ rows, seed }) {
        for (const number of inKeyOrder(rows)) yield account(number, seed)
      },
    },
  ],
}
