/** The references of the video: which one is compared with, whether it is drawn on the picture; import and remove. */
import { useEffect } from 'react'
import { FileInput, GraduationCap, Spline, Trash2 } from 'lucide-react'
import type { ReferenceSummary } from '../../../shared/studio/document.ts'
import { Button } from '../../chrome/Button.tsx'
import { IconButton } from '../../chrome/IconButton.tsx'
import { Checkbox } from '../../chrome/Field.tsx'
import { runCommand } from '../../commands/registry.ts'
import { currentDocument } from '../../state/documentStore.ts'
import { ask } from '../../state/session.ts'
import { learnedFrom, learnFrom, teachable, useSupervision } from '../../state/supervisionStore.ts'
import { useView } from '../../state/viewStore.ts'
import { Section } from '../Section.tsx'
import { chooseReference } from '../reviewStore.ts'

const kinds = { truth: 'ground truth', annotator: 'annotator', tracker: 'tracker' } as const

interface ReferencesProps {
  readonly references: readonly ReferenceSummary[]
  readonly chosen: number | null
}

export function References({ references, chosen }: ReferencesProps) {
  const drawn = useView(view => view.reference)
  // One there is, so one is compared with: the newest, unless a person chose.
  useEffect(() => {
    if (chosen === null) chooseReference(references.at(-1)?.id ?? null)
  }, [chosen, references])

  const choose = (id: number) => {
    chooseReference(id)
    if (useView.getState().reference !== null) useView.setState({ reference: id })
  }
  const canTeach = teachable(references).some(({ id }) => id === chosen)
  const teach = (id: number) => {
    const document = currentDocument()!
    learnFrom(document, [...new Set([...learnedFrom(useSupervision.getState(), document, references), id])])
    runCommand('field.optimise')
  }
  const remove = async (id: number) => {
    const { project, video } = currentDocument()!
    const isGone = (await ask('review.remove', { video: { project, video }, reference: id })) !== null || !currentDocument()?.references.some(reference => reference.id === id)
    if (isGone && useView.getState().reference === id) useView.setState({ reference: null })
  }
  return (
    <Section title="References" aside={
      <>
        <IconButton icon={Spline} size={14} label="Track with another tracker…" onClick={() => runCommand('tracker.run')} />
        <IconButton icon={FileInput} size={14} label="Import tracks…" onClick={() => runCommand('review.import')} />
      </>
    }>
      <ul className="plain-list" role="radiogroup" aria-label="Compare with">
        {references.map(({ id, name, kind, tracks, matched }) => (
          <li key={id} className="reference-row" role="presentation">
            <label className="reference">
              <input type="radio" name="reference" checked={id === chosen} onChange={() => choose(id)} />
              <span className="row-name" title={name}>
                {name}
              </span>
              <span className="secondary">
                {kinds[kind]}, {matched} of {tracks}
              </span>
            </label>
            <IconButton icon={Trash2} size={14} label={`Remove ${name}`} onClick={() => void remove(id)} />
          </li>
        ))}
      </ul>
      <Checkbox label="Show on the picture" checked={chosen !== null && drawn === chosen} disabled={chosen === null} onChange={checked => useView.setState({ reference: checked ? chosen : null })} />
      {canTeach && (
        <div className="button-row">
          <Button icon={GraduationCap} hint="Its tracks become matches that the field is taught, and that are trimmed where they disagree with it" onClick={() => teach(chosen!)}>
            Learn from it at the next fit…
          </Button>
        </div>
      )}
    </Section>
  )
}
