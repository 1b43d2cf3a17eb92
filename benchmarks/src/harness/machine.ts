import { availableParallelism, arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import type { Machine } from '../contract/record.ts'

export type MachineFacts = Omit<Machine, 'load'>

/** What the figures come from. No name of a host, no address. */
export function machineFacts(): MachineFacts {
  const cpu = cpus()[0]?.model.trim() ?? arch()
  const cores = availableParallelism()
  const memoryGiB = Math.round(totalmem() / 2 ** 30)
  return {
    id: machineId(cpu, cores, memoryGiB),
    cpu,
    cores,
    memoryGiB,
    node: process.version,
    os: `${platform()} ${release()} ${arch()}`,
  }
}

/** A name for a folder: `2x-intel-xeon-2.20ghz-16gib`. */
export function machineId(cpu: string, cores: number, memoryGiB: number): string {
  const name = cpu
    .toLowerCase()
    .replace(/\((r|tm|c)\)/g, ' ')
    .replace(/\b(cpu|processor)\b|@/g, ' ')
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
  return `${cores}x-${name === '' ? 'unknown' : name}-${memoryGiB}gib`
}

/** Load average of the last minute. */
export const currentLoad = (): number => loadavg()[0] ?? 0
