// Holds the lock of a folder until it is told to end.
import { lockFolder } from '../src/disk/lock.js'

const lock = await lockFolder(process.argv[2] ?? '', { timeout: 0 }).catch((error: Error) => error.message)
console.log(typeof lock === 'string' ? lock : `held by ${process.pid}`)
process.once('SIGTERM', () => {
  if (typeof lock !== 'string') lock.release()
  process.exit(0)
})
setInterval(() => undefined, 60_000)
