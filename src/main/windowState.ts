/**
 * Where the window was and how large, kept between starts, and put where a screen still is. Not here: Electron's window.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface WindowState extends Rectangle {
  readonly maximised: boolean
}

export const smallest = { width: 1024, height: 640 } as const
export const usual = { width: 1440, height: 900 } as const
/** So much of the window's upper edge must be on a screen, to be seen and to be dragged. */
const GRIP = { width: 120, height: 32 } as const

const file = (home: string) => join(home, 'window.json')

/** Null where nothing was kept, or it is damaged: the window then opens as usual. */
export function readWindowState(home: string): WindowState | null {
  try {
    const { x, y, width, height, maximised } = JSON.parse(readFileSync(file(home), 'utf8')) as Partial<WindowState>
    const numbers = [x, y, width, height]
    if (!numbers.every(Number.isSafeInteger) || typeof maximised !== 'boolean') return null
    return { x, y, width, height, maximised } as WindowState
  } catch {
    return null
  }
}

/** Keeps it, if it can: a window that opens elsewhere next time is no reason to trouble anybody. */
export function writeWindowState(home: string, state: WindowState): void {
  try {
    mkdirSync(home, { recursive: true })
    const temporary = `${file(home)}.${process.pid}.tmp`
    writeFileSync(temporary, JSON.stringify(state))
    renameSync(temporary, file(home))
  } catch {
    // See above.
  }
}

/** Bounds for the window: as kept where its upper edge is on one of the screens (work areas), else as usual, in the middle. */
export function placeWindow(kept: WindowState | null, screens: readonly Rectangle[]): Partial<Rectangle> & { width: number; height: number } {
  const screen = kept && screens.find(area => overlap(kept.x, kept.width, area.x, area.width) >= GRIP.width && kept.y >= area.y && kept.y + GRIP.height <= area.y + area.height)
  if (!kept || !screen) {
    const [first] = screens
    return { width: Math.min(usual.width, first?.width ?? usual.width), height: Math.min(usual.height, first?.height ?? usual.height) }
  }
  const width = Math.max(smallest.width, Math.min(kept.width, screen.width))
  const height = Math.max(smallest.height, Math.min(kept.height, screen.height))
  return { x: kept.x, y: kept.y, width, height }
}

const overlap = (a: number, aSize: number, b: number, bSize: number) => Math.min(a + aSize, b + bSize) - Math.max(a, b)
