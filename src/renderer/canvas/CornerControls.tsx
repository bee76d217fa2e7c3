/** The corner of the canvas: zoom, fit, follow, tones, overlays, tracks, onion skin, loupe. Every change shows at once; none is saved with the project. */
import { Contrast, Crosshair, Layers, Maximize, Search, SlidersHorizontal, SquareStack } from 'lucide-react'
import { Checkbox } from '../chrome/Field.tsx'
import { Button } from '../chrome/Button.tsx'
import { IconButton } from '../chrome/IconButton.tsx'
import { Menu, type MenuEntry } from '../chrome/Menu.tsx'
import { Popover } from '../chrome/Popover.tsx'
import { Select } from '../chrome/Select.tsx'
import { Slider } from '../chrome/Slider.tsx'
import { commandItem } from '../commands/commandItems.ts'
import { keyHint } from '../commands/keyBindings.ts'
import { runCommand } from '../commands/registry.ts'
import { isPlain } from '../frames/tone.ts'
import { defaultLasting, useView, type Overlay } from '../state/viewStore.ts'
import { useCanvas } from './canvasStore.ts'
import type { CanvasView } from './CanvasView.ts'

const zooms = [0.25, 0.5, 1, 2, 4, 8, 16, 40]
const percent = (share: number) => `${Math.round(100 * share)} %`

export function CornerControls({ view }: { readonly view: CanvasView }) {
  const scale = useCanvas(state => state.scale)
  const fits = useCanvas(state => state.fits)
  const follow = useView(state => state.follow)
  const onion = useView(state => state.onion)
  const loupe = useView(state => state.loupe)
  const zoomEntries = (): MenuEntry[] => [
    ...zooms.map(zoom => ({ label: percent(zoom), checked: Math.abs(scale - zoom) < 0.005 * zoom, run: () => view.zoomTo(zoom) })),
    'separator', commandItem('zoom.in'), commandItem('zoom.out'), commandItem('zoom.fit'),
  ]
  return (
    <div className="corner-controls" role="toolbar" aria-label="View">
      <Menu
        label="Zoom"
        align="end"
        side="top"
        entries={zoomEntries}
        trigger={
          <button type="button" className="button quiet zoom-figure" aria-label={`Zoom ${percent(scale)}`}>
            {percent(scale)}
          </button>
        }
      />
      <IconButton icon={Maximize} size={14} label="Fit the frame" keys={keyHint('zoom.fit')} pressed={fits} onClick={() => runCommand('zoom.fit')} />
      <IconButton icon={Crosshair} size={14} label="Follow the selected track" keys={keyHint('view.follow')} pressed={follow} onClick={() => runCommand('view.follow')} />
      <span className="corner-gap" />
      <TonePopover />
      <OverlayPopover />
      <TracksPopover />
      <IconButton icon={SquareStack} size={14} label="Onion skin" keys={keyHint('view.onion')} pressed={onion} onClick={() => runCommand('view.onion')} />
      <IconButton icon={Search} size={14} label="Loupe" keys={keyHint('view.loupe')} pressed={loupe} onClick={() => runCommand('view.loupe')} />
    </div>
  )
}

function TonePopover() {
  const brightness = useView(state => state.brightness)
  const contrast = useView(state => state.contrast)
  const gamma = useView(state => state.gamma)
  const changed = !isPlain({ brightness, contrast, gamma })
  const signed = (value: number) => (value > 0 ? '+' : '') + Math.round(100 * value)
  return (
    <Popover label="Brightness and contrast" align="end" side="top" trigger={<IconButton icon={Contrast} size={14} label="Brightness and contrast" pressed={changed} />}>
      <div className="corner-panel">
        <Slider label="Brightness" value={brightness} min={-1} max={1} step={0.01} reset={0} format={signed} onChange={value => useView.setState({ brightness: value })} />
        <Slider label="Contrast" value={contrast} min={-1} max={1} step={0.01} reset={0} format={signed} onChange={value => useView.setState({ contrast: value })} />
        <Slider label="Gamma" value={gamma} min={0.2} max={5} step={0.05} reset={1} format={value => value.toFixed(2)} onChange={value => useView.setState({ gamma: value })} />
        <div className="corner-foot">
          <span className="secondary">Only how it is shown.</span>
          <Button disabled={!changed} onClick={() => useView.setState({ brightness: 0, contrast: 0, gamma: 1 })}>
            Reset
          </Button>
        </div>
      </div>
    </Popover>
  )
}

const overlays: readonly { readonly value: Overlay; readonly label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'flow', label: 'Flow to the next frame' },
  { value: 'depth', label: 'Depth (near is bright)' },
  { value: 'cycle', label: 'Where flow disagrees' },
]

function OverlayPopover() {
  const overlay = useView(state => state.overlay)
  const opacity = useView(state => state.overlayOpacity)
  return (
    <Popover label="Overlays" align="end" side="top" trigger={<IconButton icon={Layers} size={14} label="Overlays" pressed={overlay !== 'none'} />}>
      <div className="corner-panel">
        <Select label="Overlay" value={overlay} options={overlays} onChange={value => useView.setState({ overlay: value })} />
        <Slider label="Opacity" value={opacity} min={0} max={1} step={0.05} reset={defaultLasting.overlayOpacity} format={percent} onChange={value => useView.setState({ overlayOpacity: value })} />
      </div>
    </Popover>
  )
}

function TracksPopover() {
  const { trails, trailPast, trailFuture, names, uncertainty, hoverPreview, pointSize } = useView()
  const frames = (count: number) => (count === 1 ? '1 frame' : `${count} frames`)
  return (
    <Popover label="How tracks are shown" align="end" side="top" trigger={<IconButton icon={SlidersHorizontal} size={14} label="How tracks are shown" />}>
      <div className="corner-panel">
        <Checkbox label="Trails" checked={trails} onChange={value => useView.setState({ trails: value })} />
        <Slider label="Behind" value={trailPast} min={0} max={120} step={1} reset={defaultLasting.trailPast} format={frames} disabled={!trails} onChange={value => useView.setState({ trailPast: value })} />
        <Slider label="Ahead" value={trailFuture} min={0} max={120} step={1} reset={defaultLasting.trailFuture} format={frames} disabled={!trails} onChange={value => useView.setState({ trailFuture: value })} />
        <Slider label="Size of points" value={pointSize} min={0.5} max={2.5} step={0.25} reset={1} format={percent} onChange={value => useView.setState({ pointSize: value })} />
        <Checkbox label="Names" checked={names} onChange={value => useView.setState({ names: value })} />
        <Checkbox label="Uncertainty" checked={uncertainty} onChange={value => useView.setState({ uncertainty: value })} />
        <Checkbox label="Preview the track under the mouse" checked={hoverPreview} onChange={value => useView.setState({ hoverPreview: value })} />
      </div>
    </Popover>
  )
}
