import { functionDefects, nodeDefects } from './meaning/defects.ts'
import { disagreementOf } from './meaning/prove.ts'
const [from = '', engine = 'sqlite', seed = '1', verbose] = process.argv.slice(2)
for (const d of [...functionDefects, ...nodeDefects]) {
  if (!d.name.includes(from) && !d.file.includes(from)) continue
  const t = performance.now()
  const c = process.cpuUsage()
  try {
    const kill = await disagreementOf(d, engine, { runs: 100, seed: Number(seed) })
    const cpu = process.cpuUsage(c)
    console.log(
      `${d.file} | ${d.name} | ${kill === undefined ? 'SURVIVES' : kill.law + ' ' + kill.cases} | ${((performance.now() - t) / 1000).toFixed(1)}s cpu ${((cpu.user + cpu.system) / 1e6).toFixed(1)}`,
    )
    if (verbose) console.log(kill?.message)
  } catch (e) {
    console.log(d.file, d.name, String(e))
  }
}
