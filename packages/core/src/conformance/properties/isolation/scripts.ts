import { isHoldfastError } from '../../../backend/errors.js'
import { levels, nameOf, offers } from '../../isolation/levels.js'
import type { Level } from '../../isolation/levels.js'
import { Patience } from '../../isolation/patience.js'
import { play } from '../../isolation/play.js'
import type { Performance, Staging } from '../../isolation/play.js'
import { scripts } from '../../isolation/scripts/index.js'
import { printScript, skews } from '../../isolation/scripts/script.js'
import type { Script } from '../../isolation/scripts/script.js'
import { Verdicts } from '../../isolation/verdicts.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import type { FixedCase, Property } from '../../property.js'
import { Disagreement, disagree } from '../../report/disagreement.js'
import { describeError, expectRefusal } from '../../report/expect.js'
import { printValue } from '../../report/print.js'

const name = 'isolation/scripts'
const rules = ['WRITE-8', 'ISO-1', 'ISO-2', 'ISO-3']

/** What another transaction may be the cause of. */
const refusals: ReadonlySet<string> = new Set(['CONFLICT', 'BUSY'])

/** Hermitage's anomalies, step by step: what the level that was asked for prevents is not shown. */
export const anomaliesArePrevented: Property = {
  name,
  rules,
  floor: 1,
  run: async (bench, budget) => {
    const trial = new Trial()
    const { capabilities } = bench.subject.backend()
    const offered = levels.filter((level) => offers(capabilities, level))
    const played = offered.flatMap((level) => casesOf(level, trial))
    const cases = [strongestLevel, ...played, whetherAtOnce(trial)]
    const failure = await fixedProperty({ name, rules, cases }).run(bench, budget)
    for (const line of trial.verdicts.print(bench.subject.name)) bench.tally.note(line)
    return failure
  },
}

/** What is known of one engine so far. */
class Trial {
  readonly patience = new Patience()
  readonly verdicts = new Verdicts()
  /** Scripts in which a transaction that said that it only reads was open beside another. */
  besideReaders = 0
}

function casesOf(level: Level, trial: Trial): readonly FixedCase[] {
  return scripts.flatMap((script) =>
    (script.readers.length === 0 ? [false] : [false, true]).map((readOnlyReaders): FixedCase => {
      const readers = readOnlyReaders ? ', readers read only' : ''
      return {
        name: `${script.anomaly}, ${nameOf(level)}${readers}`,
        rules: [ruleOf(script)],
        check: (bench) => checkScript(bench, script, { level, readOnlyReaders }, trial),
        script: printScript(script),
      }
    }),
  )
}

function ruleOf({ anomaly }: Script): string {
  if (skews.has(anomaly)) return 'ISO-3'
  return anomaly === 'G0' || anomaly === 'P4' ? 'ISO-2' : 'ISO-1'
}

async function checkScript(bench: Bench, script: Script, staging: Staging, trial: Trial): Promise<void> {
  const database = await bench.shared()
  const { level, readOnlyReaders } = staging
  const performance = await play(database, script, staging, trial.patience)
  const shown = script.shown(performance)
  trial.verdicts.add(nameOf(level), script.anomaly, shown ? 'shown' : 'prevented')
  if (readOnlyReaders && performance.open > 1) trial.besideReaders += 1
  count(bench, performance)
  expectConflicts(performance)
  if (!shown || (level !== 'serializable' && skews.has(script.anomaly))) return
  throw new Disagreement({
    what: `transactions of the isolation '${nameOf(level)}' show ${script.anomaly}: ${script.meaning}`,
    expected: 'the anomaly is prevented',
    received: describe(script, performance),
  })
}

function count({ tally }: Bench, { open, waiting, refusals }: Performance): void {
  tally.see('scripts')
  if (open > 1) tally.see('with transactions open at once')
  if (waiting > 0) tally.see('with one that waits')
  if (refusals.length > 0) tally.see('with one that is refused')
}

function expectConflicts({ refusals: errors }: Performance): void {
  for (const error of errors) {
    if (isHoldfastError(error) && refusals.has(error.code)) continue
    throw new Disagreement({
      what: 'a transaction beside another fails',
      expected: `HoldfastError ${[...refusals].join(' or ')}, if it fails`,
      received: describeError(error),
      cause: error,
    })
  }
}

function describe(script: Script, performance: Performance): string {
  const sessions = [...new Set(script.steps.map(([session]) => session))].sort()
  const lines = sessions.map((session) => {
    const reads = performance.reads(session).map((found) => printValue(Object.fromEntries(found)))
    const end = performance.committed(session) ? 'committed' : 'undone'
    return `T${session} ${reads.length === 0 ? '' : `read ${reads.join(', then ')}, `}${end}`
  })
  return [...lines, `afterwards ${printValue(Object.fromEntries(performance.final))}`].join('\n')
}

const strongestLevel: FixedCase = {
  name: 'serializable transactions are given or refused, as declared',
  rules: ['ISO-3'],
  check: async (bench) => {
    const { capabilities } = await bench.shared()
    if (offers(capabilities, 'serializable')) {
      await beginSerializable(bench)
    } else {
      await expectRefusal('a stronger isolation', 'UNSUPPORTED', () => beginSerializable(bench))
      bench.tally.see('verified absent')
    }
  },
}

async function beginSerializable(bench: Bench): Promise<unknown> {
  const database = await bench.shared()
  return database.transaction(async () => 1, { isolation: 'serializable' })
}

/** An engine whose reads need not wait cannot have passed because nothing ever happened at once. */
function whetherAtOnce(trial: Trial): FixedCase {
  return {
    name: 'readers were let in beside a writer, as declared',
    check: async (bench) => {
      const { readsDuringTransaction, transactions } = bench.subject.backend().capabilities
      if (!readsDuringTransaction || transactions === 'core') return
      if (trial.besideReaders === 0)
        disagree('scripts in which a reader was open beside a writer', trial.besideReaders, 'some', [
          'WRITE-8',
        ])
    },
  }
}
