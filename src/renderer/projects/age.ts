/** How long ago something was, as people say it. Not here: exact times, which belong in a tooltip. */

const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** "5 minutes ago", "yesterday"; "just now" below a minute and for times to come (clocks differ between machines). */
export function age(thenMs: number, nowMs: number): string {
  const seconds = (nowMs - thenMs) / 1000
  for (const [unit, size] of units) if (seconds >= size) return format.format(-Math.floor(seconds / size), unit)
  return 'just now'
}
