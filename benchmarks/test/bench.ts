/** Runs the public command as its users do. */

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import type { EngineRecord } from '../src/contract/record.ts'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const command = fileURLToPath(new URL('../src/command/index.ts', import.meta.url))

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url))

/** A folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => void (output[name] += text))
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...output })))
  return { child, ended }
}

export const bench = (
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Ended> => start(args, environment).ended

/** Runs it for its records. */
export async function recordsOf(args: readonly string[]): Promise<EngineRecord[]> {
  const { code, stdout, stderr } = await bench([...args, '--json'])
  if (code !== 0) throw new Error(`The command ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as EngineRecord[]
}
