import { Command, CommanderError, Option } from 'commander'
import type { BenchmarkOptions } from '../harness/options.ts'
import { defaults, runBenchmarks } from '../harness/run.ts'
import { workloads } from '../workloads/index.ts'
import { compareFiles } from './compare.ts'
import { untilInterrupted } from './interrupt.ts'
import { address, collect, counts, isPath, list, number } from './options.ts'
import { showProgress } from './progress.ts'
import { writeReadme } from './readme.ts'
import { missed, tableText } from './table.ts'

type Flags = Omit<BenchmarkOptions, 'backends' | 'out' | 'signal' | 'onProgress'> & {
  readonly backend?: readonly string[]
  readonly out: string
  readonly json?: true
  readonly readme?: string | true
  readonly compare?: readonly string[]
}

/** What the process ends with; 1 is for what went wrong on the way. */
const codes = { fine: 0, usage: 2, interrupted: 130 } as const

const defaultFolder = 'benchmarks/results'

/** Runs the command line; returns the code that the process ends with. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    return await parse(args)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? codes.fine : codes.usage
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    const { code } = error as { readonly code?: unknown }
    if (code === 'ABORTED') return codes.interrupted
    return code === 'INVALID_ARGUMENT' ? codes.usage : 1
  }
}

async function parse(args: readonly string[]): Promise<number> {
  let code: number = codes.fine
  const program = new Command('holdfast-bench')
    .description(
      `Compares storage engines through Holdfast with their bare drivers and with other libraries, on this machine. Every answer is checked: an arm that gives a wrong one gets no time.

Without options it runs the workloads seeds and overhead with 100,000 rows, which takes a few minutes.`,
    )
    .exitOverride()
    .showHelpAfterError('(--help tells what there is)')
    .configureHelp({ helpWidth: 100 })

  program.optionsGroup('What runs:')
  program
    .option('--full', 'all workloads, at all their sizes, other libraries included: takes hours')
    .addOption(
      new Option('--workloads <names>', `which of: ${names()}; or a path of your own`).argParser(list),
    )
    .addOption(
      new Option('--engines <names>', 'only these: memory,file,sqlite,duckdb,postgres').argParser(list),
    )
    .addOption(
      new Option('--steps <names>', 'only these steps of the workloads; `list` tells them').argParser(list),
    )
    .addOption(new Option('--rows <counts>', 'other sizes: 100k,1M').argParser(counts))
    .option('--peers', 'other libraries as well: drizzle, kysely, knex ...')
    .addOption(
      new Option('--backend <path>', 'your own backend as one more engine; may be given again').argParser(
        collect,
      ),
    )
  program.optionsGroup('How it runs:')
  program
    .addOption(
      new Option('--runs <number>', `hot runs (default: ${defaults.runs}, more of what is short)`).argParser(
        number,
      ),
    )
    .addOption(
      new Option('--seed <number>', `what data and orders are made of (default: ${defaults.seed})`).argParser(
        number,
      ),
    )
    .addOption(
      new Option(
        '--time-limit <seconds>',
        `for one run of one arm (default: ${defaults.timeLimit})`,
      ).argParser(number),
    )
  program.optionsGroup('What comes out:')
  program
    .option('--out <folder>', 'where results are kept; none is ever overwritten', defaultFolder)
    .option('--json', 'print the records instead of a table')
    .option('--readme [path]', 'write the figures between the markers of a README.md')
    .addOption(new Option('--compare <files...>', 'an old and a new result: as `compare`'))
    .addHelpText('after', examples)
    .action(async (flags: Flags) => void (code = await bench(flags)))

  program
    .command('compare')
    .description('tell what has become slower; ends with 1 if something has')
    .argument('<old>', 'a result, or a folder of results')
    .argument('<new>', 'a later one')
    .action(async (old: string, recent: string) => void (code = await compareFiles(old, recent, print)))

  program
    .command('report')
    .description('write all results as one HTML page that needs no network')
    .option('--results <folder>', 'where results are', defaultFolder)
    .option('--page <path>', 'the page', 'benchmarks/results/report.html')
    .action(async ({ results, page }: { readonly results: string; readonly page: string }) => {
      const { report } = await import('./report.ts')
      print(await report(results, page))
    })

  program
    .command('list')
    .description('tell which workloads, steps, engines and libraries there are')
    .action(async () => print(await (await import('./list.ts')).listText()))

  await program.parseAsync(args, { from: 'user' })
  return code
}

const examples = `
Examples:
  holdfast-bench                                   the quick run
  holdfast-bench --engines sqlite --peers          SQLite beside everything else on SQLite
  holdfast-bench --workloads seeds --rows 1M       the seeds' table at its full size
  holdfast-bench --backend ./my-backend.js         your engine beside ours
  holdfast-bench compare old/sqlite.json new/sqlite.json`

const names = () => Object.keys(workloads).join(', ') || 'none yet'

const print = (text: string): void => void process.stdout.write(text)

async function bench({ backend, out, json, readme, compare, ...flags }: Flags): Promise<number> {
  if (compare !== undefined) return compareTwo(compare)
  const { records, files, steps } = await untilInterrupted((signal) =>
    runBenchmarks({
      ...flags,
      ...(flags.workloads && {
        workloads: flags.workloads.map((name) => (isPath(name) ? address(name) : name)),
      }),
      ...(backend && { backends: backend.map(address) }),
      out,
      signal,
      onProgress: showProgress(process.stderr),
    }),
  )
  if (json === true) {
    print(`${JSON.stringify(records, null, 2)}\n`)
    return codes.fine
  }
  const above = missed(steps)
  const parts = [
    tableText(steps),
    ...(above.length > 0 ? [`Above target (!):\n${above.map((line) => `  ${line}`).join('\n')}`] : []),
    `Results: ${files.join('\n         ')}`,
  ]
  print(`\n${parts.join('\n\n')}\n`)
  if (readme !== undefined) {
    const path = readme === true ? 'README.md' : readme
    await writeReadme(path, steps, records[0]!)
    print(`The figures are in ${path}.\n`)
  }
  return codes.fine
}

async function compareTwo([old, recent, ...more]: readonly string[]): Promise<number> {
  if (old !== undefined && recent !== undefined && more.length === 0) return compareFiles(old, recent, print)
  process.stderr.write('--compare needs two results: an old one and a new one.\n')
  return codes.usage
}
