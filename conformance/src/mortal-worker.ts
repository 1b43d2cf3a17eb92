import { memory } from '@holdfast/memory'
import type { Standing } from './engines.ts'
import { takeTask } from './processes.ts'

let opened = 0

await takeTask({
  healthy: () => standing('healthy', () => undefined),
  mortal: () =>
    standing('mortal', () => {
      opened += 1
      // In its second round: each opens one database.
      if (opened === 2) process.kill(process.pid, 'SIGKILL')
    }),
})

/** An engine that does something first whenever a database is opened. */
function standing(name: string, before: () => void): Promise<Standing> {
  const backend = () => {
    before()
    return memory()
  }
  return Promise.resolve({ subject: { name, backend }, [Symbol.asyncDispose]: async () => undefined })
}
