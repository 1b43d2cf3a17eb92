// Runs turbo with its telemetry off, on every platform and shell: node scripts/turbo.mjs run build
import './check-node.mjs'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import process from 'node:process'

const turbo = createRequire(import.meta.url).resolve('turbo/bin/turbo')
const { status, error } = spawnSync(process.execPath, [turbo, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
})
if (error) throw error
process.exit(status ?? 1)
