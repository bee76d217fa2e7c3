/** The choice of what fits run on: each device with its adapter, its measured speed, or why it does not serve. Not here: measuring (the server). */
import { useEffect, useId, useState } from 'react'
import { Gauge } from 'lucide-react'
import type { DeviceChoice, DeviceInfo, DeviceName, StudioDevices } from '../../shared/devices.ts'
import type { ErrorRecord } from '../../shared/errors.ts'
import { Button } from '../chrome/Button.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { useApp } from '../state/appStore.ts'
import { useDevices } from '../state/deviceStore.ts'
import { loadDevices, saveSettings, tell } from '../state/session.ts'
import { aboutDevice, autoWords, deviceTitles, speedWords } from './deviceWords.ts'
import '../dialogs/dialogs.css'
import './devices.css'

export function FitsOn() {
  const { devices, problem } = useDevices()
  useEffect(() => {
    if (!useDevices.getState().devices) void loadDevices()
  }, [])
  if (devices) return <Devices devices={devices} />
  if (problem) return <ErrorDetails error={problem} />
  return (
    <p className="secondary late" role="status">
      Looking for devices…
    </p>
  )
}

function Devices({ devices }: { readonly devices: StudioDevices }) {
  const choice = useApp(state => state.settings.device)
  const [error, setError] = useState<ErrorRecord | null>(null)
  const name = useId()
  const measure = async (device: DeviceName) => {
    setError(null)
    const reply = await tell('device.measure', { device })
    if (!reply.ok) setError(reply.error)
  }
  const choose = (device: DeviceChoice) => void saveSettings({ device })
  return (
    <>
      <div className="choices" role="radiogroup" aria-label="Fits on">
        <div className="choice">
          <input type="radio" id={`${name}-auto`} name={name} checked={choice === 'auto'} aria-label="Automatic" aria-describedby={`${name}-why`} onChange={() => choose('auto')} />
          <label className="choice-label" htmlFor={`${name}-auto`}>
            Automatic
          </label>
          <label id={`${name}-why`} className="secondary choice-text" htmlFor={`${name}-auto`}>
            {autoWords(devices)}
          </label>
        </div>
        {devices.devices.map(info => (
          <Device key={info.device} group={name} info={info} measuring={devices.measuring} checked={choice === info.device} onChoose={() => choose(info.device)} onMeasure={() => void measure(info.device)} />
        ))}
      </div>
      {error && <ErrorDetails error={error} />}
    </>
  )
}

interface DeviceProps {
  readonly group: string
  readonly info: DeviceInfo
  readonly measuring: DeviceName | null
  readonly checked: boolean
  onChoose(): void
  onMeasure(): void
}

function Device({ group, info, measuring, checked, onChoose, onMeasure }: DeviceProps) {
  const { device, name, problem, pointsPerSecond } = info
  const id = `${group}-${device}`
  const title = deviceTitles[device]
  const isMeasured = measuring === device
  return (
    <div className="choice device">
      {/* What was chosen stays as it is where it does not serve: fits then say why they fail. */}
      <input type="radio" id={id} name={group} checked={checked} disabled={problem !== null && !checked} aria-label={title} aria-describedby={`${id}-speed ${id}-about`} onChange={onChoose} />
      <label className="choice-label" htmlFor={id}>
        {title}
      </label>
      <span id={`${id}-speed`} className="secondary choice-aside" role={isMeasured ? 'status' : undefined}>
        {isMeasured ? 'Measuring…' : speedOf(pointsPerSecond, problem)}
      </span>
      {name !== '' && (
        <Button
          icon={Gauge}
          label={`Measure ${title}`}
          disabled={measuring !== null}
          hint={measuring === null ? 'Tests it against the reference, then times it for five seconds' : 'A device is being measured'}
          onClick={onMeasure}
        >
          Measure
        </Button>
      )}
      <label id={`${id}-about`} className="secondary choice-text" htmlFor={id}>
        {aboutDevice(info)}
        {problem !== null && <span className="choice-problem">Cannot be used: {problem}.</span>}
      </label>
    </div>
  )
}

function speedOf(pointsPerSecond: number | null, problem: string | null): string {
  if (pointsPerSecond !== null) return speedWords(pointsPerSecond)
  return problem === null ? 'not measured yet' : ''
}
