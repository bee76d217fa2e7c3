/** Where Tapline keeps what belongs to the user and to no project: the list of recent projects, default projects, models. */
import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** $TAPLINE_HOME, or the platform's folder for an application's data. Not made here. */
export function userDataFolder(env: Environment = process.env, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  if (env.TAPLINE_HOME) return env.TAPLINE_HOME
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Tapline')
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Tapline')
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'tapline')
}
