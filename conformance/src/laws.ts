import { properties, proveProperty } from '@holdfast/core/conformance'
import { plain, taking } from './mutants/bases.ts'
import { copying } from './mutants/copying.ts'
import { engines } from './engines.ts'
import { mkdtempSync } from 'node:fs'
const [names = '', engine = 'plain', runs = '100', seed = '1'] = process.argv.slice(2)
const bases: any = { plain, taking, copying }
const standing = bases[engine] ? undefined : await engines[engine]!(mkdtempSync('/tmp/holdfast-laws-'))
const subject = standing?.subject ?? { name: engine, backend: () => bases[engine]() }
for (const p of properties) {
  if (names !== 'all' && !names.split(',').some((n) => p.name.includes(n))) continue
  const t = performance.now(),
    c = process.cpuUsage()
  try {
    const r = await proveProperty(p, subject, { runs: Number(runs), seed: Number(seed) })
    const u = process.cpuUsage(c)
    console.log(
      p.name,
      `${r.nonTrivial}/${r.cases}`,
      'floor',
      p.floor,
      ((performance.now() - t) / 1000).toFixed(1) + 's',
      'cpu',
      ((u.user + u.system) / 1e6).toFixed(1),
    )
  } catch (e) {
    console.log((e as Error).message)
  }
}
await standing?.[Symbol.asyncDispose]()
