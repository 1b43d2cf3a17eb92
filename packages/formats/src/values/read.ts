import { isHoldfastError, limits } from '@holdfast/core/backend'
import type { LogicalType, TypeName } from '@holdfast/core/backend'
import { readDocument } from './document.js'
import type { RowForm } from '../types.js'
import type { Piece, ReadValue } from './piece.js'
import { decimalReader, readBigint, readDouble, readInteger } from './read-numbers.js'
import { documentReader, readBoolean, readBytes, readText, readUuid } from './read-texts.js'
import { readDate, timestampReader } from './read-times.js'

type TypeOf<Name extends TypeName> = Extract<LogicalType, { readonly name: Name }>

const readers: { readonly [Name in TypeName]: (type: TypeOf<Name>, form: RowForm) => ReadValue } = {
  boolean: () => readBoolean,
  integer: () => readInteger,
  bigint: () => readBigint,
  double: () => readDouble,
  decimal: ({ precision, scale }, form) => decimalReader(precision, scale, form),
  text: () => readText,
  bytes: () => readBytes,
  date: () => readDate,
  timestamp: ({ unit }, form) => timestampReader(unit, form),
  uuid: () => readUuid,
  json: (_, form) => documentReader(form),
}

/** How values of a type are read as they are spelt in CSV (FILE-4). */
export function valueReader(type: LogicalType, form: RowForm): ReadValue {
  const make = readers[type.name] as (type: LogicalType, form: RowForm) => ReadValue
  return make(type, form)
}

/** Whether bytes that were refused spell a value that is only larger or deeper than allowed (TYPE-10). */
export function isTooLarge({ name }: LogicalType, { bytes }: Piece, start: number, end: number): boolean {
  switch (name) {
    case 'text':
      return end - start > limits.maxValueBytes
    case 'bytes': {
      const written = bytes.toString('latin1', start, end)
      const value = Buffer.from(written, 'base64')
      return value.length > limits.maxValueBytes && value.toString('base64') === written
    }
    case 'json':
      try {
        readDocument(bytes.toString('utf8', start, end), 'stored')
        return false
      } catch (error) {
        return isHoldfastError(error) && error.code === 'LIMIT_EXCEEDED'
      }
    default:
      return false
  }
}
