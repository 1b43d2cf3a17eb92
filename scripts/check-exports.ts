// Checks the built packages against their manifests: every promised file exists, every imported package is declared,
// core needs nothing at run time, and importing core loads no engine and no driver.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { finish, promisedFiles, published, root } from './packages.ts'

const problems: string[] = []

if (published.length === 0) problems.push('no published package found under packages/')

for (const { folder, manifest } of published) {
  for (const path of [...promisedFiles(manifest), ...manifest.files])
    if (!existsSync(join(folder, path)))
      problems.push(`${manifest.name} promises ${path}, which does not exist`)

  const { name, dependencies, peerDependencies } = manifest
  const declared = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })])
  for (const [file, imported] of importedPackages(join(folder, 'dist')))
    if (!declared.has(imported))
      problems.push(`${name}'s ${file} imports ${imported}, which it does not declare`)
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
    const everything = JSON.parse(child.stdout) as string[]
    if (!conformance && everything.includes('node:crypto'))
      problems.push(`importing core's ${entry} loads node:crypto, which takes 3 ms: load it where it is used`)
    const foreign = everything.filter(
      (loaded) =>
        !loaded.startsWith('node:') &&
        !loaded.startsWith(own) &&
        !(conformance && /\/node_modules\/(fast-check|pure-rand)\//.test(loaded)),
    )
    for (const loaded of foreign) problems.push(`importing core's ${entry} loads ${loaded}`)
  }
}

finish('check-exports', problems)

/** Each built file with each package, not of Node's own, that its code or its declarations import. */
function importedPackages(dist: string): [file: string, name: string][] {
  if (!existsSync(dist)) return []
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') || file.endsWith('.d.ts'))
    .flatMap((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(dist, file), 'utf8'))
      const names = importedFiles
        .map(({ fileName }) => fileName)
        .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
        .map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier)
      return [...new Set(names)].map((name): [string, string] => [join('dist', file), name])
    })
}
