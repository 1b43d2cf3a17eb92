import type { Measurement } from './measure.ts'

/** One line for each verb: both times, their ratio, and whether it is reached. */
export function print(measurements: readonly Measurement[]): void {
  console.log(
    `${'verb'.padEnd(48)}${'bare us'.padStart(11)}${'holdfast us'.padStart(13)}${'ratio'.padStart(8)}  +-     target`,
  )
  for (const { name, bare, holdfast, ratio, deviation, target } of measurements) {
    const mark =
      target === undefined ? '' : `<= ${target.toFixed(2)} ${ratio <= target ? 'reached' : 'missed'}`
    console.log(
      `${name.padEnd(48)}${bare.toFixed(1).padStart(11)}${holdfast.toFixed(1).padStart(13)}${ratio.toFixed(2).padStart(8)}  ${deviation.toFixed(2)}   ${mark}`,
    )
  }
}
