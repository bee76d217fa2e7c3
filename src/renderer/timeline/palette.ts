/** The theme's colours as a canvas needs them, and a track's colour as the theme can show it. Not here: the theme (theme.css). */

export interface Palette {
  readonly panel: string
  readonly window: string
  readonly control: string
  readonly line: string
  readonly lineStrong: string
  readonly text: string
  readonly secondary: string
  readonly accent: string
  readonly onAccent: string
  readonly doubt: string
  readonly error: string
  readonly font: string
  readonly isLight: boolean
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const panel = token('--panel')
  return {
    panel,
    window: token('--window'),
    control: token('--control'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    text: token('--text'),
    secondary: token('--secondary'),
    accent: token('--accent'),
    onAccent: token('--on-accent'),
    doubt: token('--doubt'),
    error: token('--error'),
    font: style.fontFamily,
    isLight: lightness(panel) > 0.5,
  }
}

/** Mean of the channels of 'rgb(…)' or #rrggbb, 0..1. */
function lightness(colour: string): number {
  const parts = colour.startsWith('#') ? [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16)) : (colour.match(/\d+(\.\d+)?/g) ?? []).slice(0, 3).map(Number)
  return parts.reduce((sum, part) => sum + part, 0) / (3 * 255)
}

/** A track's #rrggbb; on a light ground darker, so that yellow is seen on white. */
export function laneColour(colour: string, { isLight }: Palette): string {
  if (!isLight) return colour
  const channel = (at: number) => Math.round(Number.parseInt(colour.slice(at, at + 2), 16) * 0.72)
  return `rgb(${channel(1)}, ${channel(3)}, ${channel(5)})`
}

/** Runs `changed` whenever the theme becomes another, until the returned function is called. */
export function onThemeChange(changed: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: light)')
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true })
  media.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    media.removeEventListener('change', changed)
  }
}
