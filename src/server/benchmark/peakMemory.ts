/** The most memory that this process has had at a time. */
import { readFileSync } from 'node:fs'

/**
 * Largest resident set in bytes. Linux' getrusage counts what the parent had when it forked this process, so the process's own high-water
 * mark is read where there is one.
 */
export function peakMemoryBytes(): number {
  const ownMark = process.platform === 'linux' ? /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) : null
  return (ownMark ? Number(ownMark[1]) : process.resourceUsage().maxRSS) * 1024
}
