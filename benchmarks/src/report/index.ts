import { writeFile } from 'node:fs/promises'
import type { EngineRecord } from '../contract/record.ts'
import { pageAssets } from './assets.ts'
import { pageData } from './data.ts'
import type { ReportWorkload } from './data.ts'
import { html } from './html.ts'

export type { ReportStep, ReportWorkload } from './data.ts'

/**
 * Writes the report: one HTML page that needs no network and no other file. A file that is there is replaced.
 *
 * @param records any number for each engine: the page shows the newest, lets readers choose another, and draws the trend
 * @param workloads titles, targets and claims for the steps; a step in the records that is not among them is shown by its name
 */
export async function writeReport(
  records: readonly EngineRecord[],
  workloads: readonly ReportWorkload[],
  path: string,
): Promise<void> {
  await writeFile(path, await reportPage(records, workloads))
}

/** The text of the page that `writeReport` writes. */
export async function reportPage(
  records: readonly EngineRecord[],
  workloads: readonly ReportWorkload[],
): Promise<string> {
  return html(await pageAssets(), pageData(records, workloads))
}
