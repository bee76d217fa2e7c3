/** What supervises the fit: what is built in, installed networks or a folder of another method; depth maps and references besides. */
import { useEffect } from 'react'
import { BrainCircuit } from 'lucide-react'
import type { ModelsView } from '../../shared/models.ts'
import type { SupervisionChoice } from '../../shared/rpc.ts'
import { Button } from '../chrome/Button.tsx'
import { Checkbox, Field } from '../chrome/Field.tsx'
import { Select } from '../chrome/Select.tsx'
import { loadNetworks } from '../networks/networkActions.ts'
import { usedNames } from '../networks/networkRows.ts'
import { useDocument } from '../state/documentStore.ts'
import { useNetworks } from '../state/networkStore.ts'
import { pickPath } from '../state/pathPicker.ts'
import { learnFrom, learnedFrom, teachable, useSupervision } from '../state/supervisionStore.ts'
import './dialogs.css'

export function SupervisionSettings({ onNetworks }: { onNetworks(): void }) {
  const networks = useNetworks(state => state.networks)
  const draft = useSupervision()
  const document = useDocument(state => state.document!)
  useEffect(() => void loadNetworks(), [])
  const references = teachable(document.references)
  const ids = learnedFrom(draft, document, references)
  const hasNetworks = networks !== null && Object.keys(networks.used).length > 0
  const besides = ids.length + (draft.depthFolder.trim() ? 1 : 0)
  const options: readonly { readonly value: SupervisionChoice['by']; readonly label: string; readonly disabled?: boolean }[] = [
    { value: 'builtin', label: 'Built in' },
    { value: 'learned', label: hasNetworks || !networks ? 'Installed networks' : 'Installed networks: none yet', disabled: !hasNetworks && draft.by !== 'learned' },
    { value: 'folder', label: 'Folder of OmniTrackFast or OmniMotion…' },
  ]
  return (
    <>
      <div className="supervision">
        <Select<SupervisionChoice['by']> label="Supervision" value={draft.by} options={options} onChange={by => useSupervision.setState({ by })} hint={hintOf(draft.by, networks)} />
        <Button icon={BrainCircuit} hint="What is installed, and what can be" onClick={onNetworks}>
          Networks…
        </Button>
      </div>
      {draft.by === 'folder' && <FolderField label="Sequence folder" value={draft.folder} hint="With the flow, matches and depth of this very clip." onChange={folder => useSupervision.setState({ folder })} />}
      <details className="advanced" open={ids.length > 0 || undefined}>
        <summary>
          More to learn from{besides > 0 && <span className="secondary"> · {besides} chosen</span>}
        </summary>
        <div className="supervision-more">
          {references.length > 0 ? (
            <fieldset className="supervision-references">
              <legend className="secondary">Also learn from</legend>
              {references.map(({ id, name, kind, tracks }) => (
                <Checkbox key={id} label={`${name}, ${kind}, ${tracks} tracks`} checked={ids.includes(id)} onChange={checked => learnFrom(document, checked ? [...ids, id] : ids.filter(other => other !== id))} />
              ))}
            </fieldset>
          ) : (
            <p className="secondary small">Tracks of other trackers and annotators can be learnt from too, once this video has some.</p>
          )}
          <FolderField label="Depth maps (optional)" value={draft.depthFolder} hint="A folder with a .png, .npy or .npz for each frame." onChange={depthFolder => useSupervision.setState({ depthFolder })} />
        </div>
      </details>
    </>
  )
}

/** What takes which part. */
function hintOf(by: SupervisionChoice['by'], networks: ModelsView | null): string {
  if (by === 'folder') return 'Made by that method’s own preprocessing.'
  const isNone = networks !== null && Object.keys(networks.used).length === 0
  if (by === 'builtin') return `Flow, matches and depth are computed without networks.${isNone ? ' None is installed.' : ''}`
  if (!networks) return 'Looking for networks…'
  if (isNone) return 'None is installed: add one, or choose another supervision.'
  const { flow, depth, features } = usedNames(networks)
  return `Flow: ${flow ?? 'built in'} · depth: ${depth ?? 'built in'} · matches: ${features ?? 'built in'}. On a CPU networks take longer than the times above.`
}

interface FolderFieldProps {
  readonly label: string
  readonly value: string
  readonly hint: string
  onChange(path: string): void
}

function FolderField({ label, value, hint, onChange }: FolderFieldProps) {
  const choose = async () => {
    const chosen = await pickPath('folder', value || undefined)
    if (chosen) onChange(chosen)
  }
  return (
    <Field label={label} hint={hint}>
      {({ id, describedBy }) => (
        <div className="path-row">
          <input id={id} className="input" value={value} aria-describedby={describedBy} spellCheck={false} autoComplete="off" onChange={event => onChange(event.target.value)} />
          <Button label={`Choose: ${label}`} onClick={() => void choose()}>
            Choose…
          </Button>
        </div>
      )}
    </Field>
  )
}
