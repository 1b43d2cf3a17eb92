import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { parquetPackages } from '../../../databases/parquet.ts'
import type { SeedsSession } from '../session.ts'

/** Bare Parquet: one file for each table, packed as the file engine packs it, and read column by column where that is enough. */
export const hyparquet: Arm<SeedsSession> = {
  name: 'hyparquet',
  kind: 'bare',
  engine: 'file',
  packages: parquetPackages,
  settings: settingsOf.file.full,
  lacks: {
    beside: 'A Parquet file has no key by which to read a row, and nothing can be added to it.',
  },
  async open(setting) {
    const { openParquet } = await import('./hyparquet-session.ts')
    return openParquet(setting)
  },
}
