import { join } from 'node:path'
import type { SegmentFormat } from '../options.js'

interface Named {
  readonly number: number
  readonly format: SegmentFormat
}

/** `000012.parquet`: the file of a segment in the folder of its table. */
export function segmentPath(folder: string, { number, format }: Named): string {
  return join(folder, `${digits(number)}.${format}`)
}

/** `000012.index.json`: where its blocks lie and what they hold. */
export function indexPath(folder: string, { number }: Pick<Named, 'number'>): string {
  return join(folder, `${digits(number)}.index.json`)
}

function digits(number: number): string {
  return String(number).padStart(6, '0')
}
