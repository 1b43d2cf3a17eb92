/** Types that DuckDB does not write, in files that hyparquet-writer wrote. */

import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { ColumnSource } from 'hyparquet-writer'
import type { SchemaElement } from 'hyparquet'
import { expect, test } from 'vitest'
import { openParquet, readParquet } from '../src/index.js'
import { outcomeOf } from './bytes.js'

function written(
  element: Omit<SchemaElement, 'name'>,
  data: ColumnSource['data'],
  as: SchemaElement['type'] = element.type,
) {
  const writer = new ByteWriter()
  const column = { name: 'a', repetition_type: 'OPTIONAL', ...element } as const
  const file = new ParquetWriter({
    writer,
    schema: [{ name: 'root', num_children: 1 }, column],
    codec: 'UNCOMPRESSED',
    statistics: false,
  })
  void file.write({ columnData: [{ name: 'a', data, encoding: 'PLAIN' }], rowGroupSize: 100 })
  file.schema[1] = { ...column, ...(as && { type: as }) }
  for (const { columns } of file.row_groups) for (const { meta_data } of columns) if (as) meta_data!.type = as
  void file.finish()
  return writer.getBytes()
}

const valuesOf = async (bytes: Uint8Array) => {
  const file = await openParquet(bytes)
  return { type: file.columns[0]!.type, values: await file.values(0, 'a') }
}

test.each([[3], [8], [9]])('decimals in %i bytes', async (type_length) => {
  const element = {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length,
    converted_type: 'DECIMAL',
    precision: 6,
    scale: 2,
  } as const
  const data = [12345n, null, -1n, 0n, -999999n]
  const type = { name: 'decimal', precision: 6, scale: 2 }
  expect(await valuesOf(written(element, data))).toEqual({ type, values: data })
})

test('decimals in bytes of any number', async () => {
  const element = { type: 'BYTE_ARRAY', converted_type: 'DECIMAL', precision: 18, scale: 0 } as const
  const data = [0n, -1n, 127n, 128n, -129n, 999999999999999999n, null]
  const type = { name: 'decimal', precision: 18, scale: 0 }
  expect(await valuesOf(written(element, data))).toEqual({ type, values: data })
})

test('floats of 16 bits', async () => {
  const element = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } } as const
  const data = [0, 1.5, -2, 65504, 2 ** -24, 0.0999755859375, null]
  expect(await valuesOf(written(element, data))).toEqual({ type: { name: 'double' }, values: data })
  const infinite = written(element, [1, Infinity])
  const columns = [{ name: 'a', type: { name: 'double' }, nullable: true }] as const
  expect((await outcomeOf(readParquet(infinite, { columns }))).refused).toMatchObject({
    code: 'INVALID_DATA',
    path: 'rows[1].a',
  })
})

test('bytes of one length', async () => {
  const data = [new Uint8Array([1, 2, 3]), null, new Uint8Array([0, 255, 0])]
  const element = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 3 } as const
  expect(await valuesOf(written(element, data))).toEqual({ type: { name: 'bytes' }, values: data })
})

function int96(microseconds: bigint, nanoseconds = 0n): Uint8Array {
  const day = 86_400_000_000n
  const rest = ((microseconds % day) + day) % day
  const bytes = Buffer.alloc(12)
  bytes.writeBigUInt64LE(rest * 1000n + nanoseconds, 0)
  bytes.writeInt32LE(Number((microseconds - rest) / day) + 2_440_588, 8)
  return new Uint8Array(bytes)
}

test('instants in 96 bits, where nothing is behind the microsecond', async () => {
  const instants = [0n, 1n, -1n, BigInt(Date.UTC(2020, 1, 29)) * 1000n + 123456n, -62_135_596_800_000_000n]
  const element = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12 } as const
  const bytes = written(element, [...instants.map((instant) => int96(instant)), null], 'INT96')
  const type = { name: 'timestamp', unit: 'us' }
  expect(await valuesOf(bytes)).toEqual({ type, values: [...instants, null] })
  const finer = written(element, [int96(5n), int96(5n, 1n)], 'INT96')
  const columns = [{ name: 'a', type: { name: 'timestamp', unit: 'us' }, nullable: true }] as const
  expect((await outcomeOf(readParquet(finer, { columns }))).refused).toMatchObject({
    code: 'INVALID_DATA',
    path: 'rows[1].a',
  })
})
