// Checks what a user would get. Packs every published package, lints the tarballs and their types, then installs them
// into an empty folder outside the workspace, imports every entry and compiles a program against their declarations.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin, install, installedVersion, pack, run, writeJson } from './outside.ts'
import { entries, finish, published, root } from './packages.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-publish-'))
const problems: string[] = []

function attempt(what: string, action: () => void): void {
  try {
    action()
    console.log(`  ${what}: ok`)
  } catch (error) {
    problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

try {
  const tarballs = new Map<string, string>()
  for (const one of published)
    attempt(`${one.manifest.name} packs`, () => tarballs.set(one.manifest.name, pack(one, folder)))

  for (const [name, file] of tarballs) {
    attempt(`${name} passes publint`, () =>
      run(bin('publint'), ['run', '--strict', join(folder, file)], root),
    )
    attempt(`${name} has sound types`, () =>
      run(bin('attw'), ['--profile', 'esm-only', '--no-emoji', join(folder, file)], root),
    )
  }

  attempt('the tarballs install side by side', () => {
    const local = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:./${file}`]))
    // The versions that the workspace itself is tested with.
    const versions = Object.fromEntries(
      ['fast-check', '@types/node'].map((name) => [
        name,
        installedVersion(name, name === 'fast-check' ? join(root, 'packages/core') : root),
      ]),
    )
    writeJson(folder, 'package.json', {
      private: true,
      type: 'module',
      dependencies: { ...local, ...versions },
    })
    // Until a version is published, a dependency between the packages means the tarball beside it.
    // Nothing is hoisted: what no manifest declares is not found.
    const besides = new Map([...tarballs].map(([name, file]) => [name, `./${file}`]))
    install(folder, besides, { strictPeerDependencies: true, hoist: false })
  })

  for (const one of published) {
    for (const entry of entries(one)) {
      attempt(`${entry} imports`, () => {
        const code = `const names = Object.keys(await import(${JSON.stringify(entry)})); if (names.length === 0) throw new Error('it exports nothing')`
        run(process.execPath, ['--input-type=module', '--eval', code], folder)
      })
    }
    attempt(`${one.manifest.name} carries its licence`, () => {
      const files = readdirSync(join(folder, 'node_modules', one.manifest.name))
      if (!files.includes('LICENSE')) throw new Error('no LICENSE in the package')
    })
  }

  attempt('holdfast-bench runs a workload', () => {
    const options = '--workloads overhead --engines memory --steps point-read --rows 1000 --runs 1'.split(' ')
    const printed = run(join(folder, 'node_modules/.bin/holdfast-bench'), options, folder)
    if (!printed.includes('Results: ') || printed.includes(' - [')) throw new Error(printed)
  })

  attempt('a strict program compiles against the declarations', () => {
    const names = published.flatMap(entries)
    const imports = names.map((name, index) => `import * as module${index} from '${name}'`)
    const uses = names.map((_, index) => `module${index}`)
    writeFileSync(join(folder, 'main.ts'), `${imports.join('\n')}\nexport default [${uses.join(', ')}]\n`)
    writeJson(folder, 'tsconfig.json', {
      compilerOptions: {
        target: 'es2023',
        lib: ['esnext'],
        module: 'nodenext',
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
      },
      include: ['main.ts'],
    })
    run(bin('tsc'), ['-p', folder], folder)
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

finish('check-publish', problems)
