import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { namesOf } from './name.js'
import { FolderExists, scaffold } from './scaffold.js'

/** What the command prints, and the code that it ends with. */
export interface Outcome {
  readonly code: 0 | 1
  readonly output: string
}

const help = `Makes the package of a Holdfast backend, which passes conformance as it is.

  pnpm create @holdfast/backend <name> [--folder <path>]
  npm create @holdfast/backend@latest <name> -- [--folder <path>]

  <name>     of the package: my-engine, or @scope/holdfast-my-engine
  --folder   where to make it, in a folder that is not there yet; default: the name without its scope
  --version  prints the version
  --help     prints this`

const options = {
  folder: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

/**
 * Runs the command.
 *
 * @param args of the command line, without the program
 * @param cwd where relative folders begin
 * @param userAgent what the package manager says of itself
 */
export function run(args: readonly string[], cwd: string, userAgent = ''): Outcome {
  let parsed
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    return failed((error as Error).message.split('. ')[0] ?? '')
  }
  const { values, positionals } = parsed
  if (values.help) return { code: 0, output: help }
  if (values.version) return { code: 0, output: ownVersion() }
  const [name, ...others] = positionals
  if (name === undefined) return failed('A name is missing: what is the package to be called?')
  if (others.length > 0) return failed(`One name is enough; what is "${others[0]}"?`)
  const names = namesOf(name)
  if (typeof names === 'string') return failed(names)
  return make(resolve(cwd, values.folder ?? names.folder), names, cwd, managerOf(userAgent))
}

function make(
  folder: string,
  names: Exclude<ReturnType<typeof namesOf>, string>,
  cwd: string,
  manager: string,
): Outcome {
  const shown = relative(cwd, folder) || '.'
  try {
    scaffold(folder, names, ownVersion())
  } catch (error) {
    if (!(error instanceof FolderExists)) throw error
    return failed(`${shown} exists already, and was left as it is. Choose another name, or another --folder.`)
  }
  const lines = [
    `${names.package} is in ${shown}: a backend over a list in memory. Put your engine in its place in src/store.ts.`,
    '',
    'Next:',
    `  cd ${/\s/.test(shown) ? JSON.stringify(shown) : shown}`,
    `  ${manager} install`,
    `  ${manager} test`,
  ]
  return { code: 0, output: lines.join('\n') }
}

function failed(problem: string): Outcome {
  return {
    code: 1,
    output: `${problem}\n\nUsage: pnpm create @holdfast/backend <name> [--folder <path>]   (--help says more)`,
  }
}

/** The package manager that runs this: `pnpm/12.1.0 npm/? node/v24` is pnpm. */
function managerOf(userAgent: string): string {
  const [, manager = 'npm'] = /^(npm|pnpm|yarn|bun)\//.exec(userAgent) ?? []
  return manager
}

/** All packages of Holdfast are released together, with one version. */
function ownVersion(): string {
  const manifest = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
