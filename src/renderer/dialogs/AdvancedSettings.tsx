/** Settings of a fit beyond its preset, folded away; what equals the preset is not kept. */
import type { Coupling, TrackSettings } from '../../shared/presets.ts'
import { controlPointRange, MAX_SEED } from '../../shared/trackSettings.ts'
import { Button } from '../chrome/Button.tsx'
import { Checkbox, NumberField } from '../chrome/Field.tsx'
import { Select } from '../chrome/Select.tsx'
import './dialogs.css'

interface AdvancedSettingsProps {
  readonly preset: TrackSettings
  /** What differs from the preset. */
  readonly changes: Partial<TrackSettings>
  onChange(changes: Partial<TrackSettings>): void
}

const couplingWords: readonly { readonly value: Coupling; readonly label: string }[] = [
  { value: 'cadex', label: 'Piecewise linear' },
  { value: 'affine', label: 'Affine (RealNVP)' },
]

const pointWords = Array.from({ length: controlPointRange.max / 2 }, (_, n) => String(2 * (n + 1))).map(value => ({ value, label: value }))

export function AdvancedSettings({ preset, changes, onChange }: AdvancedSettingsProps) {
  const settings: TrackSettings = { ...preset, ...changes }
  const set = (change: Partial<TrackSettings>) => {
    const next = Object.entries({ ...changes, ...change }).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(preset[name as keyof TrackSettings]))
    onChange(Object.fromEntries(next) as Partial<TrackSettings>)
  }
  const changed = Object.keys(changes).length
  const whole = { min: 1, digits: 0, step: 1 }
  return (
    <details className="advanced">
      <summary>Advanced{changed > 0 && <span className="secondary"> · {changed} changed</span>}</summary>
      <div className="advanced-grid">
        <NumberField label="Seed" value={settings.seed} {...whole} min={0} max={MAX_SEED} onCommit={seed => set({ seed })} />
        <NumberField label="Steps" value={settings.steps} {...whole} max={1_000_000} step={100} onCommit={steps => set({ steps })} />
        <NumberField label="Long side" unit="px" value={settings.longSide} {...whole} min={64} max={4096} step={16} onCommit={longSide => set({ longSide })} />
        <NumberField label="Frame pairs a step" value={settings.pairsPerStep} {...whole} max={1024} onCommit={pairsPerStep => set({ pairsPerStep })} />
        <NumberField label="Points a pair" value={settings.pointsPerPair} {...whole} max={4096} step={16} onCommit={pointsPerPair => set({ pointsPerPair })} />
        <NumberField label="Rates fall every" unit="steps" value={settings.decaySteps} {...whole} max={1_000_000} step={50} onCommit={decaySteps => set({ decaySteps })} />
        <NumberField label="Network’s rate" value={settings.learningRate.network} min={0.00001} max={1} step={0.0005} digits={5} onCommit={network => set({ learningRate: { ...settings.learningRate, network } })} />
        <NumberField label="Depth’s rate" value={settings.learningRate.depth} min={0.00001} max={1} step={0.0005} digits={5} onCommit={depth => set({ learningRate: { ...settings.learningRate, depth } })} />
        <NumberField label="Flow gradients" value={settings.flowGradient} min={0} max={0.1} step={0.01} digits={2} onCommit={flowGradient => set({ flowGradient })} />
        <Select<Coupling> label="Coupling" value={settings.coupling} options={couplingWords} onChange={coupling => set({ coupling })} />
        {settings.coupling === 'cadex' && (
          <Select label="Control points" value={String(settings.controlPoints)} options={pointWords} onChange={points => set({ controlPoints: Number(points) })} />
        )}
      </div>
      <Checkbox label="Long-term matches" checked={settings.useLongTerm} onChange={useLongTerm => set({ useLongTerm })} hint="Ties frames that lie far apart: points that come back are found again." />
      <Checkbox label="Depth prior" checked={settings.useDepthPrior} onChange={useDepthPrior => set({ useDepthPrior })} hint="Starts from depth that is known or that motion tells; without it, from a plane." />
      {changed > 0 && (
        <Button kind="quiet" onClick={() => onChange({})}>
          Back to the preset
        </Button>
      )}
    </details>
  )
}
