/** Unfinished files and folders carry the number of the process that writes them; here those of killed processes are found and removed. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Removes everything in `folder` that is named `${prefix}PID${suffix}`, PID being the number of a process that is no more. Returns the
 * numbers of other processes that live. What this process itself is writing stays.
 */
export async function removeLeftovers(folder: string, prefix: string, suffix: string): Promise<number[]> {
  const alive: number[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue
    const digits = name.slice(prefix.length, name.length - suffix.length)
    if (!/^\d+$/.test(digits) || Number(digits) === process.pid) continue
    if (isAlive(Number(digits))) alive.push(Number(digits))
    else await rm(join(folder, name), { recursive: true, force: true })
  }
  return alive
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
