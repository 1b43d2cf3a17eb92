/** Steps that an arm has no way to do, all for the same reason. */
export function lacking(steps: readonly string[], reason: string): Readonly<Record<string, string>> {
  return Object.fromEntries(steps.map((step) => [step, reason]))
}
