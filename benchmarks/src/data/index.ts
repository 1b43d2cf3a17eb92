import type { Dataset } from './dataset.ts'

const datasets: Readonly<Record<string, () => Promise<Dataset>>> = {
  accounts: async () => (await import('./accounts.ts')).dataset,
  groups: async () => (await import('./groups.ts')).dataset,
  'groups-nulls': async () => (await import('./groups.ts')).datasetWithNulls,
  joins: async () => (await import('./joins.ts')).dataset,
  'joins-nulls': async () => (await import('./joins.ts')).datasetWithNulls,
  hits: async () => (await import('./hits.ts')).dataset,
  series: async () => (await import('./series.ts')).dataset,
}

/** A data set by its name: so that another process can make the same. */
export async function loadDataset(name: string): Promise<Dataset> {
  const load = datasets[name]
  if (load === undefined) throw new Error(`There is no data set "${name}".`)
  return load()
}
