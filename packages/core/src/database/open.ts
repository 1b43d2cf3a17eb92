import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { throwIfAborted } from '../backend/abort.js'
import type { Backend } from '../backend/types.js'
import { Connection } from './connection.js'
import { DatabaseHandle } from './database.js'
import type { Database, OpenOptions } from './database-types.js'
import { Diagnostics } from './diagnostics.js'
import type { DiagnosticEvent } from './diagnostics.js'
import { publicError, reading } from './faults.js'
import { refuseOldNode } from './node-version.js'
import { abortSignal, oneOf, readOptions, refuse, wholeNumber } from './options.js'
import type { OptionReader, OptionReaders } from './options.js'

const databaseName: OptionReader<string> = (value, path) => {
  if (typeof value === 'string' && /^[\w.-]{1,63}$/.test(value)) return value
  throw refuse(path, 'a name of 1 to 63 letters, digits, dots, hyphens and underscores', value)
}

const listener: OptionReader<(event: DiagnosticEvent) => void> = (value, path) => {
  if (typeof value === 'function') return value as (event: DiagnosticEvent) => void
  throw refuse(path, 'a function', value)
}

const folder: OptionReader<string> = (value, path) => {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return resolve(value)
  throw refuse(path, 'the path of a folder', value)
}

const openOptions: OptionReaders<OpenOptions> = {
  name: databaseName,
  pushdown: oneOf('auto', 'none'),
  diagnostics: listener,
  workMemory: wholeNumber(0),
  temporaryFolder: folder,
  signal: abortSignal,
}

/**
 * Opens a database through a backend, such as `memory()` or `sqlite({ path })`.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`, `ABORTED`, `UNSUPPORTED` on an old Node, or what the backend says: `CONNECTION_FAILED`, `UNAUTHORIZED`, ...
 */
export async function open<Native>(
  backend: Backend<Native>,
  options?: OpenOptions,
): Promise<Database<Native>> {
  refuseOldNode(process.versions.node)
  checkBackend(backend)
  const {
    name = 'main',
    pushdown = 'auto',
    diagnostics: listen,
    workMemory = defaultWorkMemory(),
    temporaryFolder = tmpdir(),
    signal,
  } = readOptions<OpenOptions>(options, openOptions)
  throwIfAborted(signal)
  const diagnostics = new Diagnostics(name, listen)
  const start = async () => {
    try {
      return await backend.open({
        ...(signal && { signal }),
        report: (event) => diagnostics.statement(event),
        reporting: () => diagnostics.listening,
      })
    } catch (error) {
      throw publicError(error, backend.name)
    }
  }
  const engine = await (diagnostics.listening
    ? diagnostics.observe({ verb: 'open', signal }, start)
    : start())
  const work = { workMemory, temporaryFolder }
  return new DatabaseHandle<Native>(new Connection(backend, engine, { name, pushdown, diagnostics, work }))
}

function checkBackend(given: unknown): asserts given is Backend {
  const isBackend = reading('backend', () => {
    const { name, open: start, capabilities } = Object(given) as Partial<Backend>
    return typeof name === 'string' && typeof start === 'function' && typeof capabilities === 'object'
  })
  if (!isBackend) throw refuse('backend', 'a backend, such as memory() or sqlite({ path })', given)
}

const mebibyte = 2 ** 20

/** 256 MiB, or an eighth of what the process may hold where that is less. */
function defaultWorkMemory(): number {
  const { heap_size_limit: heap } = process.getBuiltinModule('node:v8').getHeapStatistics()
  return Math.min(256 * mebibyte, Math.floor(heap / 8))
}
