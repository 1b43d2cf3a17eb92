import { SingleBar } from 'cli-progress'
import type { ProgressEvent } from '../harness/options.ts'
import { formatDuration } from './format.ts'

/** Shows how far a run has come: a bar with the time left at a terminal, a line for each step elsewhere. */
export function showProgress(
  stream: NodeJS.WriteStream,
  now: () => number = () => performance.now(),
): (event: ProgressEvent) => void {
  return stream.isTTY ? bar(stream, now) : plainLines(stream, now)
}

function plainLines(stream: NodeJS.WritableStream, now: () => number): (event: ProgressEvent) => void {
  const started = now()
  let total = { steps: 0, units: 0 }
  let steps = 0
  let done = 0
  return (event) => {
    if (event.type === 'planned') total = event
    if (event.type === 'unit') done = event.done
    if (event.type !== 'step') return
    steps += 1
    stream.write(`[${steps}/${total.steps}] ${event.title}${leftText(now() - started, done, total.units)}\n`)
  }
}

function bar(stream: NodeJS.WriteStream, now: () => number): (event: ProgressEvent) => void {
  const started = now()
  let total = 0
  let title = ''
  const shown = new SingleBar({
    stream,
    format: '{bar} {percentage}%{left}  {title}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
  })
  const left = (done: number) => leftText(now() - started, done, total)
  return (event) => {
    if (event.type === 'planned') shown.start((total = event.units), 0, { left: '', title })
    if (event.type === 'step') shown.update({ title: (title = event.title.slice(0, 48)) })
    if (event.type === 'unit') shown.update(event.done, { left: left(event.done), title })
    if (event.type === 'ended') shown.stop()
  }
}

/** Before anything is done nobody knows. */
function leftText(milliseconds: number, done: number, total: number): string {
  if (done === 0) return ''
  return `, about ${formatDuration(((milliseconds / done) * (total - done)) / 1000)} left`
}
