import { HoldfastError } from '@holdfast/core/backend'
import type {
  Batch,
  CsvForm,
  DescribeFile,
  FileColumn,
  FileReference,
  FileSource,
  TableDefinition,
} from '@holdfast/core/backend'
import { stat } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Access } from '../access.js'
import type { ResolvedOptions } from '../options.js'
import { toHoldfastError } from '../errors.js'
import { checkCsvStructure } from './csv-structure.js'
import { describeOne, filesOf, requireReadable } from './describe.js'
import { explainFileError } from './file-errors.js'
import { isFile } from './file-sql.js'
import type { FileTable } from './file-sql.js'
import { requireAccess } from './permission.js'

/** How many files are remembered to have been found right. */
const remembered = 10_000

/** The files that a database reads where they are. */
export class Files {
  /** Reads of files alone are nobody's transaction: what is wrong with a file must not end one. */
  readonly access: Access
  readonly #externalAccess: ResolvedOptions['externalAccess']
  /** Files as they were when they were found to have these columns, and right bytes; with the rows of those of CSV. */
  readonly #checked = new Map<string, number | undefined>()

  constructor(access: Access, externalAccess: ResolvedOptions['externalAccess']) {
    this.access = access
    this.#externalAccess = externalAccess
  }

  /** @throws HoldfastError `UNAUTHORIZED` */
  requireAccess(path: string): void {
    requireAccess(path, this.#externalAccess)
  }

  async describe({ file, columns, signal }: DescribeFile): Promise<readonly FileColumn[]> {
    requireAccess(file.path, this.#externalAccess)
    const describe = async () => {
      const [first, ...rest] = await this.#paths(file, signal)
      const found = await this.#describeOne(first!, file, columns, signal)
      for (const path of rest) {
        if (isDeepStrictEqual(await this.#describeOne(path, file, columns, signal), found)) continue
        const message = `The files ${first!} and ${path} have different columns, or have them in another order.`
        throw new HoldfastError('INVALID_DATA', `${message} Open them one by one.`)
      }
      return found
    }
    const found = await describe()
    requireReadable(file.path, found, columns ?? [])
    return found
  }

  /** Yields what is read of some tables, after a look at those that are files. */
  async *reading(
    tables: readonly TableDefinition[],
    batches: (only: boolean) => AsyncIterable<Batch>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    const files = tables.filter(isFile)
    try {
      await this.check(files, signal)
      yield* batches(files.length === tables.length)
    } catch (error) {
      throw await this.explain(error, files)
    }
  }

  /**
   * Makes sure that files are what they were described as; the bytes of each CSV file are looked at once. Gives the number
   * of all rows if all are CSV.
   *
   * @throws HoldfastError `NOT_FOUND`, `SCHEMA_MISMATCH`, `INVALID_DATA`, `LIMIT_EXCEEDED`
   */
  async check(files: readonly FileTable[], signal?: AbortSignal): Promise<number | undefined> {
    let rows: number | undefined = 0
    for (const { file } of files) {
      requireAccess(file.path, this.#externalAccess)
      for (const path of await this.#paths(file, signal)) {
        const found = await this.#checkOne(path, file, signal)
        rows = found === undefined || rows === undefined ? undefined : rows + found
      }
    }
    return rows
  }

  /** Something that is another text once a file has been written to. */
  async state(file: FileReference): Promise<string> {
    const states = (await this.#paths(file, undefined)).map(stateOf)
    return (await Promise.all(states)).join()
  }

  /** What an error means of a statement that reads these files. */
  async explain(error: unknown, files: readonly FileTable[]): Promise<HoldfastError> {
    if (files.length === 0) return toHoldfastError(error)
    return this.access.use((connection) => explainFileError(error, files, connection))
  }

  async #checkOne(
    path: string,
    file: FileSource,
    signal: AbortSignal | undefined,
  ): Promise<number | undefined> {
    const state = JSON.stringify([await stateOf(path), file])
    if (this.#checked.has(state)) return this.#checked.get(state)
    const columns = file.columns.map(
      ({ name }) => ({ name, type: { name: 'text' }, nullable: true }) as const,
    )
    const found = await this.#describeOne(path, file, columns, signal)
    if (!isDeepStrictEqual(found, file.columns)) {
      throw new HoldfastError('SCHEMA_MISMATCH', `${path} has other columns than before: open it again.`)
    }
    const rows = file.csv && (await countCsvRows(path, file.csv, file.columns.length, signal))
    if (this.#checked.size >= remembered) this.#checked.clear()
    this.#checked.set(state, rows)
    return rows
  }

  #paths({ path }: FileReference, signal: AbortSignal | undefined): Promise<readonly string[]> {
    return this.access.use((connection) => filesOf(connection, path), signal)
  }

  #describeOne(
    path: string,
    file: FileReference,
    columns: DescribeFile['columns'],
    signal: AbortSignal | undefined,
  ): Promise<readonly FileColumn[]> {
    const describe = () =>
      this.access.use((connection) => describeOne(connection, path, file, columns), signal)
    return describe().catch(async (error: unknown) => {
      throw await this.explain(error, [unread(path)])
    })
  }
}

/** A file of which nothing has been read yet, for errors to name. */
function unread(path: string): FileTable {
  const file: FileSource = { path, format: 'parquet', columns: [] }
  return { name: 'file', columns: [], primaryKey: [], indexes: [], checks: [], file }
}

async function countCsvRows(
  path: string,
  form: CsvForm,
  columns: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const records = await checkCsvStructure(path, form, columns, signal)
  return form.header ? records - 1 : records
}

/** What of a file changes when it is written to. */
async function stateOf(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true })
  return [path, dev, ino, size, mtimeNs].join()
}
