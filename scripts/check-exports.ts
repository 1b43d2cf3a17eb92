// Checks the built packages against their manifests: every promised file exists, core needs nothing at run time,
// and importing core loads no engine and no driver.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { finish, promisedFiles, published, root } from './packages.ts'

const problems: string[] = []

if (published.length === 0) problems.push('no published package found under packages/')

for (const { folder, manifest } of published) {
  for (const path of [...promisedFiles(manifest), ...manifest.files])
    if (!existsSync(join(folder, path)))
      problems.push(`${manifest.name} promises ${path}, which does not exist`)
}

const core = published.find(({ manifest }) => manifest.name === '@holdfast/core')
if (!core) {
  problems.push('@holdfast/core is missing')
} else {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta,
  } = core.manifest
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
    problems.push(`@holdfast/core depends on ${name}; it must depend on nothing`)
  for (const name of Object.keys(peerDependencies))
    if (name !== 'fast-check' || !peerDependenciesMeta?.[name]?.optional)
      problems.push(`@holdfast/core has the peer ${name}; only an optional fast-check is allowed`)

  // What a module loads is seen from the inside: a hook in a process of its own reports every file behind the import.
  const report = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
    await import(process.argv[1])
    console.log(JSON.stringify(loaded))`
  const own = pathToFileURL(join(core.folder, 'dist') + sep).href
  for (const entry of ['index.js', 'backend/index.js', 'conformance/index.js']) {
    const file = join(core.folder, 'dist', entry)
    if (!existsSync(file)) continue
    const url = pathToFileURL(file).href
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', report, url], {
      cwd: root,
      encoding: 'utf8',
    })
    if (child.status !== 0) {
      problems.push(`importing core's ${entry} failed:\n${child.stderr}`)
      continue
    }
    const conformance = entry.startsWith('conformance/')
    const foreign = (JSON.parse(child.stdout) as string[]).filter(
      (loaded) =>
        !loaded.startsWith('node:') &&
        !loaded.startsWith(own) &&
        !(conformance && /\/node_modules\/(fast-check|pure-rand)\//.test(loaded)),
    )
    for (const loaded of foreign) problems.push(`importing core's ${entry} loads ${loaded}`)
  }
}

finish('check-exports', problems)
