import { describe, expect, test } from 'vitest'
import { bench, fixture, recordsOf, temporaryFolder } from './bench.ts'

const out = temporaryFolder()
const quick = ['--runs', '2', '--time-limit', '5', '--out', out]

describe('an arm without a right answer has no time', () => {
  test('a backend that drops a row is null in each step that it answers wrongly, and says so', async () => {
    const [record] = await recordsOf([
      ...['--workloads', fixture('readings'), '--backend', fixture('mutant')],
      ...quick,
    ])
    const { cells, reasons } = record!
    const mutant = 'holdfast (mutant.ts)'
    for (const step of ['sum', 'insert']) {
      const key = `readings/${step}/200`
      expect(cells[key]![mutant]).toBeNull()
      expect(reasons[`${key}/${mutant}`]).toMatch(
        /Wrong (answer in|rows after) the cold run .* differs? from the reference's/,
      )
      for (const arm of ['holdfast', 'map']) expect(cells[key]![arm]).toMatchObject({ hot: { length: 2 } })
    }
    // One row by its key is what it still finds.
    expect(cells['readings/get/200']![mutant]).not.toBeNull()
  })

  test('each fault has its reason, and the arm beside it its time', async () => {
    const [record] = await recordsOf(['--workloads', fixture('faulty'), '--peers', ...quick])
    const { cells, reasons } = record!
    const [arms] = Object.values(cells)
    const timed = Object.keys(arms!).filter((name) => arms![name] !== null)
    expect(timed).toEqual(['map', 'is awaited without being a promise'])
    const of = (name: string) => reasons[`faulty/sum/100/${name}`]
    expect(of('refuses')).toBe('no sums today (a holiday)')
    expect(of('throws')).toBe('postgres://[hidden]@server.example/base is not there')
    expect(of('hangs')).toBe('No end of `run` after 5 s; --time-limit gives more.')
    expect(of('blocks')).toBe('No end of `run` after 5 s; --time-limit gives more.')
    expect(of('ends')).toMatch(/^The process ended with code 3\. It said: .*a last word$/s)
    expect(of('changes')).toMatch(/^Wrong answer in the cold run of faulty\/sum\/100/)
    expect(of('does not open')).toBe('the door is locked')
    expect(of('lacks')).toBe('It knows no sums.')
    expect(of('is not installed')).toBe('Not installed: install a-package-that-nobody-has.')
  })

  test('the table shows them as `-` with their reasons below', async () => {
    const { code, stdout } = await bench(['--workloads', fixture('faulty'), '--peers', ...quick])
    expect(code).toBe(0)
    expect(stdout).toMatch(/sum by station +.* (µs|ms|s) .*- \[\d\]/)
    expect(stdout).toMatch(/\[\d\] faulty, hangs; faulty, blocks: No end of `run` after 5 s/)
    for (const line of stdout.split('\n').filter((one) => !one.includes(out)))
      expect(line.length).toBeLessThanOrEqual(100)
  })
})

describe('what cannot be run says what to do', () => {
  test.each([
    [['--rows', 'many'], /Give numbers of rows, such as 50000 or 100k,1M\./],
    [['--runs', '0'], /runs: at least 1/],
    [['--seed', 'x'], /Give a number\./],
    [['--workloads', 'nothing'], /There is no workload nothing\. There are: /],
    [
      ['--workloads', fixture('readings'), '--engines', 'memry'],
      /There is no engine memry .* There are: memory\./,
    ],
    [
      ['--workloads', fixture('readings'), '--steps', 'guess'],
      /There is no step guess .* There are: get, insert, sum\./,
    ],
    [
      ['--workloads', fixture('readings'), '--backend', fixture('nowhere')],
      /nowhere\.ts cannot be used: Cannot find module/,
    ],
    [
      ['--workloads', fixture('readings'), '--backend', fixture('readings')],
      /readings\.ts.* gave no backend|exports no backend/,
    ],
    [['--workloads', fixture('mutant')], /mutant\.ts has no workload as its default export\./],
    [['--guess'], /unknown option '--guess'/],
    [['--compare', 'one.json'], /--compare needs two results/],
  ])('%j', async (args, message) => {
    const { code, stderr } = await bench([...args, '--out', out])
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })
})
