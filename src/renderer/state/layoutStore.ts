/** Sizes of the workspace's panels, and whether they are shown. Kept with the user's settings (persistView.ts). */
import { create } from 'zustand'

export interface LayoutState {
  readonly left: number
  readonly right: number
  readonly bottom: number
  /** Both side panels. */
  readonly panels: boolean
}

export type PanelSide = 'left' | 'right' | 'bottom'

export const panelLimits: Readonly<Record<PanelSide, { readonly min: number; readonly max: number }>> = {
  left: { min: 180, max: 480 },
  right: { min: 240, max: 560 },
  bottom: { min: 132, max: 720 },
}

/** The timeline takes less of a small window: the picture comes first. */
const bottom = Math.round(Math.min(320, Math.max(200, 0.29 * (globalThis.innerHeight ?? 900))))

export const defaultLayout: LayoutState = { left: 240, right: 300, bottom, panels: true }

export const useLayout = create<LayoutState>(() => defaultLayout)

export function resizePanel(side: PanelSide, px: number): void {
  const { min, max } = panelLimits[side]
  useLayout.setState({ [side]: Math.round(Math.min(max, Math.max(min, px))) })
}
