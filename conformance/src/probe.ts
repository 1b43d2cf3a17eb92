import { catalogue } from './mutants/catalogue.ts'
import { killOf, lawNamed } from './mutants/prove.ts'
const [from = '', seed = '1', verbose] = process.argv.slice(2)
process.on('unhandledRejection', (e) =>
  console.log('UNHANDLED', String((e as Error)?.stack ?? e).slice(0, 400)),
)
let on = !from.startsWith('>')
let count = 0
for (const { family, mutants } of catalogue) {
  for (const m of mutants) {
    if (from.startsWith('>') && (family + ' ' + m.name).startsWith(from.slice(1))) on = true
    if (!on || (!from.startsWith('>') && !family.includes(from) && !m.name.includes(from))) continue
    const t = performance.now()
    const c = process.cpuUsage()
    const kill = await killOf(
      { name: m.name, backend: m.backend },
      { runs: 100, seed: Number(seed) },
      process.env.ALL ? undefined : [lawNamed(m.breaks)],
    )
    const cpu = process.cpuUsage(c)
    const flag = kill === undefined ? 'SURVIVES' : kill.law === m.breaks ? '' : `(expected ${m.breaks})`
    console.log(
      `${family} | ${m.name} | ${kill?.law} ${kill?.cases} | ${((performance.now() - t) / 1000).toFixed(1)}s cpu ${((cpu.user + cpu.system) / 1e6).toFixed(1)} ${flag}`,
    )
    if (verbose) console.log(kill?.message)
  }
}
