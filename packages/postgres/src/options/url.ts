import { didYouMean } from '@holdfast/core/backend'
import { invalid } from './invalid.js'

/** What may follow the question mark, by the names of libpq; all are names or aliases of options. */
const parameters: readonly string[] = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'sslmode',
  'sslcert',
  'sslkey',
  'sslrootcert',
  'application_name',
  'connect_timeout',
  'options',
]

const numeric: ReadonlySet<string> = new Set(['port', 'connect_timeout'])

/**
 * What a connection URL says, as options. Errors never quote it, for it may hold a password.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function readUrl(text: string, option: string): Record<string, unknown> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw invalid(option, 'must be a URL such as postgres://user@host:5432/database')
  }
  const given: Record<string, unknown> = {}
  const put = (name: string, value: string) => {
    if (value !== '') given[name] = decoded(value, option)
  }
  put('host', url.hostname.replace(/^\[(.*)\]$/, '$1'))
  if (url.port !== '') given['port'] = Number(url.port)
  put('user', url.username)
  put('password', url.password)
  put('database', url.pathname.slice(1))
  for (const [name, value] of url.searchParams) {
    if (!parameters.includes(name)) {
      throw invalid(
        option,
        `holds the unknown parameter "${name.slice(0, 80)}"${didYouMean(name, parameters)}`,
      )
    }
    given[name] = numeric.has(name) ? Number(value) : value
  }
  return given
}

function decoded(part: string, option: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw invalid(
      option,
      'holds a percent sign that is not followed by two hexadecimal digits: write it as %25',
    )
  }
}
