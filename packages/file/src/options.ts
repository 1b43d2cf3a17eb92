import { option, readBackendOptions } from '@holdfast/core/backend'
import type { BackendOptions } from '@holdfast/core/backend'

export type SegmentFormat = 'parquet' | 'ndjson' | 'csv' | 'json'
export type Synchronous = 'off' | 'full'

export interface FileOptions {
  /** The folder of the database, made when it is missing. */
  readonly path: string
  /** Opens the database to read only; it must exist. Takes no lock, and sees what was committed when it was opened. Default: false. */
  readonly readOnly?: boolean
  /** Whether a missing folder is made. Default: true. */
  readonly create?: boolean
  /** Milliseconds to wait for another process, or another transaction of this one, before `BUSY`. Default: 5000. */
  readonly timeout?: number
  /** What new segments are written as. Those that are there already are read as what they are. Default: `parquet`. */
  readonly format?: SegmentFormat
  /**
   * When a write is acknowledged. Default: `full`, when the disk has it: it survives a loss of power. `off`: when the
   * operating system has it: it survives the end of the process.
   */
  readonly synchronous?: Synchronous
  /** Bytes of recent changes that are kept in the journal and in memory until they become a segment. Default: 8 MiB. */
  readonly journalSize?: number
  /** Bytes of decoded blocks that are kept for reads by key. Default: 64 MiB. */
  readonly cacheSize?: number
  /** Whether segments are merged by themselves when there are too many. Default: true. */
  readonly autoCompact?: boolean
}

export type ResolvedOptions = Required<FileOptions>

const described: BackendOptions<FileOptions> = {
  takenBy: 'file',
  example: { path: 'data' },
  required: ['path'],
  rules: {
    path: option.path,
    readOnly: option.flag,
    create: option.flag,
    timeout: option.wholeNumber(0),
    format: option.oneOf('parquet', 'ndjson', 'csv', 'json'),
    synchronous: option.anyCase(option.oneOf('off', 'full')),
    journalSize: option.wholeNumber(1024, 2 ** 30),
    cacheSize: option.wholeNumber(0, Number.MAX_SAFE_INTEGER),
    autoCompact: option.flag,
  },
}

/**
 * The options with their defaults.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for an unknown option, naming the nearest, or a value that is not acceptable
 */
export function resolveOptions(given: FileOptions): ResolvedOptions {
  return {
    readOnly: false,
    create: true,
    timeout: 5000,
    format: 'parquet',
    synchronous: 'full',
    journalSize: 8 * 2 ** 20,
    cacheSize: 64 * 2 ** 20,
    autoCompact: true,
    ...readBackendOptions(given, described),
  }
}
