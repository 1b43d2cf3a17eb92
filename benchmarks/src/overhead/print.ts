import type { Measurement } from './measure.ts'

/** What stands above the lines of measurements with names of up to this length. */
export function header(width: number): string {
  return `${'verb'.padEnd(width)}${'bare us'.padStart(13)}${'holdfast us'.padStart(13)}${'ratio'.padStart(8)}  +-    processor  target`
}

/** Both times of a verb, their ratio and, where there is one, the target. */
export function line({ name, target, ...figures }: Measurement, width: number): string {
  const { bare, holdfast, ratio, deviation, processorRatio } = figures
  const mark = target === undefined ? '' : `<= ${target.toFixed(2)} ${ratio <= target ? 'reached' : 'missed'}`
  return `${name.padEnd(width)}${bare.toFixed(1).padStart(13)}${holdfast.toFixed(1).padStart(13)}${ratio.toFixed(2).padStart(8)}  ${deviation.toFixed(2)}  ${processorRatio.toFixed(2).padStart(9)}  ${mark}`
}
