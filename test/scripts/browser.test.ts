import { expect, test } from 'vitest'
import { browserCommand } from '../../scripts/browser.mjs'

test.each([
  ['linux', { DISPLAY: ':0' }, ['xdg-open']],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, ['xdg-open']],
  ['linux', {}, null],
  ['darwin', {}, ['open']],
  ['win32', {}, ['cmd', '/c', 'start', '']],
] as const)('on %s with %j addresses are opened by %j', (platform, env, command) => expect(browserCommand(platform, env)).toEqual(command))
