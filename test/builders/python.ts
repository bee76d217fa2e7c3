/** Python with NumPy, where the machine has it: the outside judge of what we write. */
import { execFileSync, spawnSync } from 'node:child_process'

const candidates = ['/usr/bin/python3', 'python3']

function hasNumpy(python: string): boolean {
  return spawnSync(python, ['-c', 'import numpy'], { stdio: 'ignore' }).status === 0
}

/** The interpreter to use, or undefined: tests that need it are skipped by name. */
export const pythonWithNumpy: string | undefined = candidates.find(hasNumpy)

/** Runs a program with NumPy and returns what it printed, as JSON. */
export function askNumpy(program: string, ...args: readonly string[]): unknown {
  if (!pythonWithNumpy) throw new Error('there is no Python with NumPy here')
  return JSON.parse(execFileSync(pythonWithNumpy, ['-c', program, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 })) as unknown
}
