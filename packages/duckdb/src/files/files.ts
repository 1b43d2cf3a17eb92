import { HoldfastError } from '@holdfast/core/backend'
import type { Batch, DescribeFile, FileColumn, FileReference, FileSource, TableDefinition } from '@holdfast/core/backend'
import { stat } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Access } from '../access.js'
import type { ResolvedOptions } from '../options.js'
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
  /** Files as they were when they were found to have these columns, and right bytes. */
  readonly #checked = new Set<string>()

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
    const found = await this.#explained([], describe)
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
   * Makes sure that files are what they were described as; the bytes of each CSV file are looked at once.
   *
   * @throws HoldfastError `NOT_FOUND`, `SCHEMA_MISMATCH`, `INVALID_DATA`
   */
  async check(files: readonly FileTable[], signal?: AbortSignal): Promise<void> {
    for (const { file } of files) {
      requireAccess(file.path, this.#externalAccess)
      for (const path of await this.#paths(file, signal)) await this.#checkOne(path, file, signal)
    }
  }

  /** Something that is another text once a file has been written to. */
  async state(file: FileReference): Promise<string> {
    const states = (await this.#paths(file, undefined)).map(stateOf)
    return (await Promise.all(states)).join()
  }

  explain(error: unknown, files: readonly FileTable[]): Promise<HoldfastError> {
    return this.access.use((connection) => explainFileError(error, files, connection))
  }

  async #checkOne(path: string, file: FileSource, signal: AbortSignal | undefined): Promise<void> {
    const state = JSON.stringify([await stateOf(path), file])
    if (this.#checked.has(state)) return
    const columns = file.columns.map(({ name }) => ({ name, type: { name: 'text' }, nullable: true }) as const)
    const found = await this.#describeOne(path, file, columns, signal)
    if (!isDeepStrictEqual(found, file.columns)) {
      throw new HoldfastError('SCHEMA_MISMATCH', `${path} has other columns than before: open it again.`)
    }
    if (file.csv !== undefined) await checkCsvStructure(path, file.csv, file.columns.length, signal)
    if (this.#checked.size >= remembered) this.#checked.clear()
    this.#checked.add(state)
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
    return this.#explained([{ path }], () =>
      this.access.use((connection) => describeOne(connection, path, file, columns), signal),
    )
  }

  async #explained<Result>(
    files: readonly { readonly path: string }[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw await this.explain(error, files.map(unread))
    }
  }
}

/** A file of which nothing has been read yet, for errors to name. */
function unread({ path }: { readonly path: string }): FileTable {
  const file: FileSource = { path, format: 'parquet', columns: [] }
  return { name: 'file', columns: [], primaryKey: [], indexes: [], checks: [], file }
}

/** What of a file changes when it is written to. */
async function stateOf(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true })
  return [path, dev, ino, size, mtimeNs].join()
}
