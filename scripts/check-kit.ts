// Checks the kit for writing a backend as a stranger has it: from packed tarballs, in folders outside the workspace.
// A new package is conformant on its first run, under node:test; so is the worked example, under vitest.
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin, install, installedVersion, pack, run, writeJson } from './outside.ts'
import { finish, published, root } from './packages.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-kit-'))
const problems: string[] = []
/** A look at every law: those of the workspace's own tests look closely. */
const quick = { HOLDFAST_RUNS: '5' }

function attempt(what: string, action: () => void): void {
  const started = performance.now()
  try {
    action()
    console.log(`  ${what}: ok, ${((performance.now() - started) / 1000).toFixed(1)} s`)
  } catch (error) {
    problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Fails unless the suite says that all laws hold. */
function expectConformant(printed: string): void {
  if (!/: \d+ laws hold/.test(printed))
    throw new Error(`the suite did not say that its laws hold:\n${printed}`)
}

try {
  const tarballs = new Map<string, string>()
  for (const name of ['@holdfast/core', '@holdfast/create-backend'])
    attempt(`${name} packs`, () => {
      const found = published.find(({ manifest }) => manifest.name === name)
      if (found === undefined) throw new Error('it is not among the published packages')
      tarballs.set(name, join(folder, pack(found, folder)))
    })

  attempt('the command makes a package', () => {
    writeJson(folder, 'package.json', {
      private: true,
      dependencies: { '@holdfast/create-backend': `file:${tarballs.get('@holdfast/create-backend')}` },
    })
    install(folder, new Map())
    console.log(run(join(folder, 'node_modules/.bin/create-backend'), ['my-store'], folder))
  })
  const made = join(folder, 'my-store')
  attempt('the new package installs', () => install(made, tarballs))
  attempt('the new package is conformant on its first run', () =>
    expectConformant(run('pnpm', ['test'], made, quick)),
  )
  attempt('the new package has sound types', () => run('pnpm', ['run', 'typecheck'], made))
  attempt('the benchmark of the new package runs', () => run('pnpm', ['run', 'bench', '1000'], made))
  attempt('the new package can be published', () => {
    run('pnpm', ['pack', '--out', join(folder, 'my-store.tgz')], made)
    run(bin('publint'), ['run', '--strict', join(folder, 'my-store.tgz')], root)
    run(bin('attw'), ['--profile', 'esm-only', '--no-emoji', join(folder, 'my-store.tgz')], root)
  })

  const example = join(folder, 'level-backend')
  attempt('the example installs outside the workspace', () => {
    const source = join(root, 'examples/level-backend')
    const mine = (path: string) =>
      !/[\\/](?:node_modules|\.results|\.turbo)$|vitest\.config\.ts$|tsconfig\.json$/.test(path)
    cpSync(source, example, { recursive: true, filter: mine })
    const { dependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    writeJson(example, 'package.json', {
      private: true,
      type: 'module',
      dependencies: { ...dependencies, '@holdfast/core': '*' },
      devDependencies: {
        'fast-check': installedVersion('fast-check', join(root, 'packages/core')),
        vitest: installedVersion('vitest'),
      },
    })
    install(example, tarballs, { allowBuilds: { 'classic-level': false, esbuild: false } })
  })
  attempt('the example is conformant outside the workspace', () =>
    expectConformant(run('pnpm', ['exec', 'vitest', 'run', 'test/conformance.test.ts'], example, quick)),
  )
  attempt('the benchmark of the example runs', () =>
    run(process.execPath, ['bench/ladder.ts', '2000'], example),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

finish('check-kit', problems)
