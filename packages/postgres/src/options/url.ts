import { didYouMean, invalidOption } from '@holdfast/core/backend'

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
    throw invalidOption(option, 'must be a URL such as postgres://user@host:5432/database')
  }
  const given: Record<string, unknown> = {}
  const put = (name: string, value: string) => {
    if (value !== '') given[name] = decoded(value, option)
  }
  // What a password should have been written with ends up elsewhere, from where it could come to light.
  if (url.hash !== '' || /[/@]/.test(url.pathname.slice(1))) {
    throw invalidOption(
      option,
      'holds a character that stands for something else: write # as %23, / as %2F and @ as %40',
    )
  }
  put('host', url.hostname.replace(/^\[(.*)\]$/, '$1'))
  if (url.port !== '') given['port'] = Number(url.port)
  put('user', url.username)
  put('password', url.password)
  put('database', url.pathname.slice(1))
  for (const [name, value] of url.searchParams) {
    if (!parameters.includes(name)) throw invalidOption(option, unknownParameter(name))
    given[name] = numeric.has(name) ? Number(value) : value
  }
  return given
}

/** Quotes the name only where it is nearly one: it may else be the rest of a password that holds a question mark. */
function unknownParameter(name: string): string {
  const suggestion = didYouMean(name, parameters)
  return suggestion === ''
    ? `holds an unknown parameter: there are ${parameters.join(', ')}. In a password write ? as %3F and & as %26`
    : `holds the unknown parameter "${name}"${suggestion}`
}

function decoded(part: string, option: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw invalidOption(
      option,
      'holds a percent sign that is not followed by two hexadecimal digits: write it as %25',
    )
  }
}
