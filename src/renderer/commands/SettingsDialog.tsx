/** What the studio remembers of its user: theme, memory, how tracks are shown, what fits run on; keys have a dialog of their own. */
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { Checkbox, NumberField } from '../chrome/Field.tsx'
import { Select } from '../chrome/Select.tsx'
import { Slider } from '../chrome/Slider.tsx'
import { FitsOn } from '../devices/FitsOn.tsx'
import { openDialog, useApp } from '../state/appStore.ts'
import { saveSettings } from '../state/session.ts'
import { defaultLasting, useView } from '../state/viewStore.ts'
import './commands.css'

const themes = [
  { value: 'system', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
] as const

export function SettingsDialog() {
  const isOpen = useApp(state => state.dialog === 'settings')
  return isOpen ? <OpenSettings /> : null
}

function OpenSettings() {
  const theme = useApp(state => state.settings.theme)
  const hintsDone = useApp(state => state.settings.hintsDone)
  const view = useView()
  return (
    <Dialog
      name="settings"
      title="Settings"
      note="Changes are kept at once."
      footer={
        <Button kind="primary" onClick={() => openDialog(null)}>
          Done
        </Button>
      }
    >
      <section className="settings-group" aria-label="Window">
        <h3>Window</h3>
        <Select inline label="Theme" value={theme} options={themes} onChange={value => void saveSettings({ theme: value })} />
        <div className="settings-row">
          <span className="secondary">Keys</span>
          <Button onClick={() => openDialog('keys')}>Change keys…</Button>
        </div>
        <div className="settings-row">
          <span className="secondary">Hints</span>
          <Button disabled={hintsDone.length === 0} onClick={() => void saveSettings({ hintsDone: [] })}>
            Show hints again
          </Button>
        </div>
      </section>
      <section className="settings-group" aria-label="Fits on">
        <h3>Fits on</h3>
        <FitsOn />
      </section>
      <section className="settings-group" aria-label="Tracks on the picture">
        <h3>Tracks on the picture</h3>
        <Checkbox label="Trails" checked={view.trails} onChange={trails => useView.setState({ trails })} />
        <Slider label="Past" value={view.trailPast} min={0} max={120} step={1} format={frames => `${frames} frames`} reset={defaultLasting.trailPast} disabled={!view.trails} onChange={trailPast => useView.setState({ trailPast })} />
        <Slider label="Future" value={view.trailFuture} min={0} max={120} step={1} format={frames => `${frames} frames`} reset={defaultLasting.trailFuture} disabled={!view.trails} onChange={trailFuture => useView.setState({ trailFuture })} />
        <Slider label="Size of points" value={view.pointSize} min={0.5} max={3} step={0.1} format={size => `${Math.round(size * 100)} %`} reset={defaultLasting.pointSize} onChange={pointSize => useView.setState({ pointSize })} />
        <Checkbox label="Names" checked={view.names} onChange={names => useView.setState({ names })} />
        <Checkbox label="Uncertainty" checked={view.uncertainty} onChange={uncertainty => useView.setState({ uncertainty })} />
        <Checkbox label="Preview the track under the mouse" checked={view.hoverPreview} onChange={hoverPreview => useView.setState({ hoverPreview })} />
      </section>
      <section className="settings-group" aria-label="Memory">
        <h3>Memory</h3>
        <NumberField inline label="Decoded frames" value={view.frameCacheMb} min={64} max={16_384} step={64} unit="MB" onCommit={frameCacheMb => useView.setState({ frameCacheMb })} />
      </section>
      <div>
        <Button kind="quiet" onClick={() => useView.setState(defaultLasting)}>
          Reset tracks and memory
        </Button>
      </div>
    </Dialog>
  )
}
