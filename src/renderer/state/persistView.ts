/** Keeps lasting ways of showing, and the sizes of panels, with the user's settings: read once when they arrive, written a moment after a change. */
import { useApp } from './appStore.ts'
import { defaultLayout, useLayout } from './layoutStore.ts'
import { saveSettings } from './session.ts'
import { defaultLasting, useView } from './viewStore.ts'

type Kept = Record<string, number | boolean | string>

/** A moment: a slider that is dragged is written once. */
const WAIT_MS = 400

/** Starts when the user's settings are there; returns what ends it. */
export function persistView(): () => void {
  const { settings } = useApp.getState()
  useView.setState(known(settings.view, defaultLasting))
  useLayout.setState(known(settings.layout, defaultLayout))
  const stops = [
    keep(useView, defaultLasting, view => void saveSettings({ view })),
    keep(useLayout, defaultLayout, layout => void saveSettings({ layout })),
  ]
  return () => stops.forEach(stop => stop())
}

/** Of what was stored, what is meant today and of the right type. */
export function known<T extends object>(stored: Readonly<Kept>, defaults: T): Partial<T> {
  return Object.fromEntries(Object.entries(stored).filter(([name, value]) => Object.hasOwn(defaults, name) && typeof value === typeof defaults[name as keyof T])) as Partial<T>
}

interface Store<S> {
  getState(): S
  subscribe(listener: (state: S) => void): () => void
}

function keep<T extends object, S extends T>(store: Store<S>, defaults: T, write: (kept: Kept) => void): () => void {
  const names = Object.keys(defaults) as (keyof T & string)[]
  const pick = (state: S) => Object.fromEntries(names.map(name => [name, state[name]])) as Kept
  let before = pick(store.getState())
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = store.subscribe(state => {
    const now = pick(state)
    if (names.every(name => now[name] === before[name])) return
    before = now
    clearTimeout(timer)
    timer = setTimeout(() => write(before), WAIT_MS)
  })
  return () => {
    stop()
    clearTimeout(timer)
  }
}
