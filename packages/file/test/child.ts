import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export interface Child {
  /** The next line that it prints; rejects with what it complained of when it ends instead. */
  line(): Promise<string>
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

/** Runs a program of this folder in a process of its own, from the sources. It is killed after the test. */
export function runChild(program: string, ...given: string[]): Child {
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--experimental-transform-types',
    '--import',
    resolve(import.meta.dirname, 'sources.ts'),
    resolve(import.meta.dirname, program),
    ...given,
  ])
  onTestFinished(() => void child.kill('SIGKILL'))
  const complaints = textOf(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async line() {
      const { value, done } = await lines.next()
      if (done === true) throw new Error(`the process has ended: ${complaints()}`)
      return value
    },
    async end(signal) {
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}

function textOf(child: ChildProcessWithoutNullStreams): () => string {
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  return () => text
}
