import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { parquetPackages } from '../../../databases/parquet.ts'
import type { OverheadSession } from '../session.ts'
import { lacking } from './lacking.ts'

/** Bare Parquet: one file, packed as the file engine packs it, and read column by column where that is enough. */
export const hyparquet: Arm<OverheadSession> = {
  name: 'hyparquet',
  kind: 'bare',
  engine: 'file',
  packages: parquetPackages,
  settings: settingsOf.file.normal,
  lacks: {
    ...lacking(['point-read', 'many-keys', 'filter'], 'A Parquet file has no key by which to find rows.'),
    ...lacking(
      ['insert', 'update', 'batch'],
      'A Parquet file is written as a whole: no row of it can be changed.',
    ),
  },
  async open(setting) {
    const { openParquet } = await import('./hyparquet-session.ts')
    return openParquet(setting)
  },
}
