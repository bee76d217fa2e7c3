/** What the page's benches share: figures of a list of times, and a table of them. Not here: the measuring. */

/** The value that this share (0..1) of the times stays below. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

export function row(what: string, times: readonly number[]): string {
  const ms = (value: number) => value.toFixed(1).padStart(8)
  return `${what.padEnd(52)}${ms(quantile(times, 0.5))}${ms(quantile(times, 0.95))}${ms(Math.max(...times))}${String(times.length).padStart(8)}`
}

export const head = `${'milliseconds'.padEnd(52)}${'p50'.padStart(8)}${'p95'.padStart(8)}${'most'.padStart(8)}${'n'.padStart(8)}`
