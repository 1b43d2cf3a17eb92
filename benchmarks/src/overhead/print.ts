import type { Measurement } from './measure.ts'

/** One line for each verb: both times, their ratio and, where there is one, the target. */
export function print(measurements: readonly Measurement[]): void {
  const width = Math.max(...measurements.map(({ name }) => name.length)) + 2
  console.log(
    `${'verb'.padEnd(width)}${'bare us'.padStart(11)}${'holdfast us'.padStart(13)}${'ratio'.padStart(8)}  +-    processor  target`,
  )
  for (const { name, bare, holdfast, ratio, deviation, processorRatio, target } of measurements) {
    const mark =
      target === undefined ? '' : `<= ${target.toFixed(2)} ${ratio <= target ? 'reached' : 'missed'}`
    console.log(
      `${name.padEnd(width)}${bare.toFixed(1).padStart(11)}${holdfast.toFixed(1).padStart(13)}${ratio.toFixed(2).padStart(8)}  ${deviation.toFixed(2)}  ${processorRatio.toFixed(2).padStart(9)}  ${mark}`,
    )
  }
}
