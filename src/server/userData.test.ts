import { expect, it } from 'vitest'
import { userDataFolder } from './userData.ts'

it.each([
  [{ TAPLINE_HOME: '/t', XDG_DATA_HOME: '/x' }, 'linux', '/t'],
  [{}, 'linux', '/home/ada/.local/share/tapline'],
  [{ XDG_DATA_HOME: '/x' }, 'linux', '/x/tapline'],
  [{ TAPLINE_HOME: '' }, 'darwin', '/home/ada/Library/Application Support/Tapline'],
  [{ APPDATA: '/roaming' }, 'win32', '/roaming/Tapline'],
] as const)('%o on %s: %s', (env, platform, folder) => {
  expect(userDataFolder(env, platform, '/home/ada')).toBe(folder)
})
