import { engines } from './engines.ts'
import { takeTask } from './processes.ts'

await takeTask(engines)
