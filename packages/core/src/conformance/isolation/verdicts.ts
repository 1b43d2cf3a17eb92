import { anomalies } from './scripts/script.js'
import type { Anomaly } from './scripts/script.js'

export type Verdict = 'prevented' | 'shown'

/** What an engine did in every script at each level: the rows of the table in docs/semantics.md. */
export class Verdicts {
  readonly #rows = new Map<string, Map<Anomaly, Verdict>>()

  /** An anomaly that was shown once is shown. */
  add(row: string, anomaly: Anomaly, verdict: Verdict): void {
    const verdicts = this.#rows.get(row) ?? new Map<Anomaly, Verdict>()
    if (verdicts.get(anomaly) !== 'shown') verdicts.set(anomaly, verdict)
    this.#rows.set(row, verdicts)
  }

  /** Lines of a table in Markdown. */
  print(engine: string): readonly string[] {
    return [
      line(['engine', 'isolation', ...anomalies]),
      ...[...this.#rows].map(([row, verdicts]) =>
        line([engine, row, ...anomalies.map((anomaly) => verdicts.get(anomaly) ?? '')]),
      ),
    ]
  }
}

function line(columns: readonly string[]): string {
  return `| ${columns.join(' | ')} |`
}
