/** A command of ours as a person can paste it into a shell. */

/** `npx tapline …` with every argument quoted where a POSIX shell needs it. */
export function shellCommand(...args: readonly string[]): string {
  return ['npx', 'tapline', ...args].map(arg => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`)).join(' ')
}
