import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../test/builders/temporaryProject.ts'
import { placeWindow, readWindowState, writeWindowState, type WindowState } from './windowState.ts'

const kept: WindowState = { x: 100, y: 50, width: 1200, height: 800, maximised: true }
const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const right = { x: 1440, y: 0, width: 2560, height: 1440 }

describe('what was kept', () => {
  test('is read as it was written', () => {
    const home = join(temporaryFolder(), 'new')
    writeWindowState(home, kept)
    expect(readWindowState(home)).toEqual(kept)
  })

  test.each(['', '{', '{}', 'null', '{"x":"1","y":0,"width":1,"height":1,"maximised":true}', '{"x":1e99,"y":0,"width":1,"height":1,"maximised":true}'])('is nothing where the file says %j', text => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'window.json'), text)
    expect(readWindowState(home)).toBeNull()
  })

  test('that cannot be kept troubles nobody', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    expect(() => writeWindowState(file, kept)).not.toThrow()
  })
})

describe('the window opens', () => {
  test('where it was, on a screen that is there', () => {
    expect(placeWindow(kept, [laptop])).toEqual({ x: 100, y: 50, width: 1200, height: 800 })
    expect(placeWindow({ ...kept, x: 1600 }, [laptop, right])).toEqual({ x: 1600, y: 50, width: 1200, height: 800 })
  })

  test.each([
    ['on a screen that is gone', { x: 1600, y: 50 }],
    ['with its upper edge above the screen', { x: 100, y: -400 }],
    ['below the screen', { x: 100, y: 890 }],
    ['with a sliver left on the screen', { x: 1400, y: 50 }],
  ])('in the middle when it was %s', (_what, place) => {
    expect(placeWindow({ ...kept, ...place }, [laptop])).toEqual({ width: 1440, height: 875 })
  })

  test('in the middle, and no larger than the screen, the first time', () => {
    expect(placeWindow(null, [{ x: 0, y: 0, width: 1280, height: 720 }])).toEqual({ width: 1280, height: 720 })
    expect(placeWindow(null, [right])).toEqual({ width: 1440, height: 900 })
  })

  test('no larger than its screen, no smaller than the layout', () => {
    expect(placeWindow({ ...kept, width: 5000, height: 3000 }, [laptop])).toMatchObject({ width: 1440, height: 875 })
    expect(placeWindow({ ...kept, width: 10, height: 10 }, [laptop])).toEqual({ width: 1440, height: 875 })
  })
})
