import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { defaults, runBenchmarks } from '../harness/run.ts'
import { workloads } from '../workloads/index.ts'
import { showProgress } from './progress.ts'
import { missed, tableText } from './table.ts'

interface RunFlags {
  readonly workloads?: string[]
  readonly engines?: string[]
  readonly steps?: string[]
  readonly rows?: number[]
  readonly full?: true
  readonly peers?: true
  readonly backend?: string[]
  readonly runs: number
  readonly seed: number
  readonly timeLimit: number
  readonly out: string
  readonly json?: true
}

/** Runs the command line; returns the code that the process ends with. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    return await run(args)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return isUsage(error) ? 2 : 1
  }
}

const isUsage = (error: unknown): boolean =>
  (error as { readonly code?: unknown }).code === 'INVALID_ARGUMENT'

async function run(args: readonly string[]): Promise<number> {
  let code = 0
  const program = new Command('holdfast-bench')
    .description(
      'Compares engines through Holdfast with their bare drivers and with other libraries. Every answer is checked.',
    )
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .addOption(
      new Option('--workloads <names>', `which: ${Object.keys(workloads).join(', ')}, or a path`).argParser(
        list,
      ),
    )
    .addOption(
      new Option('--engines <names>', 'which engines: memory, sqlite, duckdb, postgres ...').argParser(list),
    )
    .addOption(new Option('--steps <names>', 'which steps of the workloads').argParser(list))
    .addOption(new Option('--rows <counts>', 'how many rows, such as 100k,1M').argParser(counts))
    .option('--full', 'all workloads at all their sizes, with other libraries')
    .option('--peers', 'other libraries as well')
    .addOption(new Option('--backend <path>', 'a backend of yours joins (again for more)').argParser(collect))
    .addOption(new Option('--runs <number>', 'hot runs').argParser(number).default(defaults.runs))
    .addOption(
      new Option('--seed <number>', 'what data and orders are made of')
        .argParser(number)
        .default(defaults.seed),
    )
    .addOption(
      new Option('--time-limit <seconds>', 'for one run').argParser(number).default(defaults.timeLimit),
    )
    .option('--out <folder>', 'where results go', 'benchmarks/results')
    .option('--json', 'prints the records instead of a table')
    .action(async (flags: RunFlags) => void (code = await bench(flags)))
  await program.parseAsync(args, { from: 'user' })
  return code
}

async function bench({ backend, workloads: names, out, json, ...flags }: RunFlags): Promise<number> {
  const { records, files, steps } = await runBenchmarks({
    ...flags,
    ...(names !== undefined && { workloads: names.map((name) => (isPath(name) ? address(name) : name)) }),
    ...(backend !== undefined && { backends: backend.map(address) }),
    out,
    onProgress: showProgress(process.stderr),
  })
  if (json === true) {
    process.stdout.write(`${JSON.stringify(records, null, 2)}\n`)
    return 0
  }
  const above = missed(steps)
  const parts = [
    tableText(steps),
    ...(above.length > 0 ? [`Above target (!):\n${above.map((line) => `  ${line}`).join('\n')}`] : []),
    `Results: ${files.join('\n         ')}`,
  ]
  process.stdout.write(`\n${parts.join('\n\n')}\n`)
  return 0
}

const isPath = (name: string): boolean => /[./\\]/.test(name)
const address = (path: string): string => pathToFileURL(resolve(path)).href

const list = (text: string): string[] => text.split(',').map((one) => one.trim())
const collect = (text: string, before: readonly string[] = []): string[] => [...before, text]

function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number.')
  return value
}

const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6 }

function counts(text: string): number[] {
  return list(text).map((one) => {
    const [, digits, unit] = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(one) ?? []
    const count = Number(digits) * factors[unit?.toLowerCase() ?? '']!
    if (!Number.isInteger(count) || count < 1)
      throw new InvalidArgumentError('Give numbers of rows, such as 50000 or 100k,1M.')
    return count
  })
}
