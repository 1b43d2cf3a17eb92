import { DuckDBInstance } from '@duckdb/node-api'
import { HoldfastError, throwIfAborted, WriterQueue } from '@holdfast/core/backend'
import { isToBeCreated } from '@holdfast/sql'
import { chmodSync, existsSync, statSync } from 'node:fs'
import { chmod, open, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Connection } from './connection.js'
import { kindOf, toHoldfastError } from './errors.js'
import { registerJson } from './files/json-function.js'
import { registerOverflow } from './overflow-flag.js'
import type { OverflowFlag } from './overflow-flag.js'
import type { ResolvedOptions } from './options.js'
import { configurationOf, instanceSetUp } from './settings.js'
import { GeneratedKeys } from './writes/generated-keys.js'

/** A database that is open in this process, once however many engines use it: DuckDB itself would not notice. */
export interface SharedDatabase {
  readonly instance: DuckDBInstance
  readonly overflows: OverflowFlag
  readonly writers: WriterQueue
  readonly keys: GeneratedKeys
  /** To be called after writes: gives the file of recent writes, which DuckDB makes anew at times, the rights of its database. */
  readonly protect: () => void
}

interface Opened {
  readonly database: Promise<SharedDatabase>
  readonly configuration: string
  users: number
}

/** By path. */
const opened = new Map<string, Opened>()

export interface DatabaseLease {
  readonly database: SharedDatabase
  /** Whether nobody else has the database open: then what is to be written before it closes is to be written now. */
  readonly isLast: boolean
  /** To be called once. The last one closes the database. */
  release(): void
}

/** Opens a database, or takes part in one that is open in this process already. */
export async function openDatabase(options: ResolvedOptions, signal?: AbortSignal): Promise<DatabaseLease> {
  throwIfAborted(signal)
  const configuration = configurationOf(options)
  const setUp = instanceSetUp(options)
  if (options.memory) {
    const database = await share(() => DuckDBInstance.create(':memory:', configuration), setUp, nothing)
    return { database, isLast: true, release: () => database.instance.closeSync() }
  }
  const isNew = isToBeCreated(options)
  const path = await canonicalPath(options.path)
  const lease = await leaseFile(path, JSON.stringify([configuration, setUp]), () =>
    share(
      () => openFile(path, configuration, options.timeout, signal),
      setUp,
      protecting(path),
      options.readOnly ? undefined : walOf(path),
    ),
  )
  if (isNew) await chmod(path, fileMode)
  return lease
}

/** Rights of a new file: the owner's only. */
const fileMode = 0o600
const othersRights = 0o077

async function leaseFile(
  path: string,
  wanted: string,
  openShared: () => Promise<SharedDatabase>,
): Promise<DatabaseLease> {
  let known = opened.get(path)
  if (known === undefined) {
    known = { database: openShared(), configuration: wanted, users: 0 }
    opened.set(path, known)
  } else if (known.configuration !== wanted) {
    const message =
      'The database file is open in this process already, with other options. Use the same ones, or close it first.'
    throw new HoldfastError('INVALID_ARGUMENT', message)
  }
  known.users++
  try {
    const database = await known.database
    return {
      database,
      get isLast() {
        return known.users === 1
      },
      release: () => release(path, known, database),
    }
  } catch (error) {
    if (opened.get(path) === known) opened.delete(path)
    throw error
  }
}

function release(path: string, known: Opened, { instance }: SharedDatabase): void {
  known.users--
  if (known.users > 0) return
  opened.delete(path)
  instance.closeSync()
}

function nothing(): void {}

/** The file of recent writes, which is there when the database was not closed. */
function walOf(path: string): string {
  return `${path}.wal`
}

/**
 * Brings what was recovered from the recent writes into the database file. Without it, DuckDB 1.5 loses what they mean for
 * secondary indexes that nothing has used until the database is closed: queries by these indexes then miss rows, and
 * their deletion fails (akin to duckdb/duckdb#25928).
 */
async function finishRecovery(connection: Connection): Promise<void> {
  try {
    await connection.execute('CHECKPOINT')
  } catch (error) {
    // Somebody else in this process has the file open by the driver, and writes: it was recovered before.
    if (kindOf(error) !== 'TransactionContext Error') throw error
  }
}

function protecting(path: string): () => void {
  const log = walOf(path)
  return () => {
    try {
      // Where nothing is to be changed nothing is: even that would have the next commit wait longer for the disk.
      if (isOpenToOthers(log) && !isOpenToOthers(path)) chmodSync(log, fileMode)
    } catch {
      // It is gone: all writes are in the database file.
    }
  }
}

/** False too where there is no such file. */
function isOpenToOthers(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && (found.mode & othersRights) !== 0
}

async function share(
  openInstance: () => Promise<DuckDBInstance>,
  setUp: string,
  protect: () => void,
  wal?: string,
): Promise<SharedDatabase> {
  const instance = await openInstance()
  const connection = new Connection(await instance.connect())
  try {
    if (setUp !== '') await connection.execute(setUp)
    if (wal !== undefined && existsSync(wal)) await finishRecovery(connection)
    const overflows = registerOverflow(connection.driver)
    registerJson(connection.driver)
    return {
      instance,
      overflows,
      writers: new WriterQueue('timeout'),
      keys: new GeneratedKeys(),
      protect,
    }
  } finally {
    connection.close()
  }
}

async function openFile(
  path: string,
  configuration: Record<string, string>,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<DuckDBInstance> {
  const deadline = performance.now() + timeout
  for (;;) {
    try {
      // From the driver's own cache, so that whoever opens the file by it gets the same instance.
      return await DuckDBInstance.fromCache(path, configuration)
    } catch (error) {
      const failure = await explainOpening(error, path)
      if (failure.code !== 'BUSY' || performance.now() >= deadline) throw failure
    }
    await delay(waitingTime)
    throwIfAborted(signal)
  }
}

/** Milliseconds between attempts to open a file that another process has open. */
const waitingTime = 50

/** What stands in a file of DuckDB's after the checksum of its first block. */
const magic = { offset: 8, bytes: 'DUCK' }

/** DuckDB has one kind of error for a file that is none of its own and for all else that can go wrong with a file. */
async function explainOpening(error: unknown, path: string): Promise<HoldfastError> {
  const failure = toHoldfastError(error)
  if (failure.code !== 'IO' || !existsSync(path) || (await hasMagic(path))) return failure
  return new HoldfastError('CORRUPT', 'The file is not a DuckDB database, or it is damaged or encrypted.', {
    cause: error,
  })
}

async function hasMagic(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return true
  try {
    const { offset, bytes } = magic
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes.length), 0, bytes.length, offset)
    return buffer.toString('latin1', 0, bytesRead) === bytes
  } finally {
    await file.close()
  }
}

/** One path for one file, whatever links lead to it. */
async function canonicalPath(path: string): Promise<string> {
  return existsSync(path) ? realpath(path) : join(await realpath(dirname(path)), basename(path))
}
