/** How the video's field stands: fitted or not, what it was taught, and the two ways on. */
import { RefreshCw, Sparkles } from 'lucide-react'
import type { FieldView } from '../../../shared/studio/document.ts'
import { Button } from '../../chrome/Button.tsx'
import { isEnabled, runCommand, useRegistrations } from '../../commands/registry.ts'
import { ErrorDetails } from '../ErrorDetails.tsx'
import { Fact, Facts, Section } from '../Section.tsx'
import { useKeyHint } from '../useKeyHint.ts'
import { count } from '../wording.ts'

function stateSentence({ state, loading, share, runId }: FieldView): string {
  if (loading) return share === null ? 'Loading…' : `Reading motion, ${Math.floor(share * 100)} %`
  if (state === 'fitted') return runId === null ? 'Fitted' : `Fitted by run ${runId}`
  return state === 'flow' ? 'Flow only: tracks are provisional' : 'None yet'
}

export function FieldStatus({ field, isBusy }: { readonly field: FieldView; readonly isBusy: boolean }) {
  useRegistrations()
  const keys = useKeyHint()
  const { state, corrections, untaught, problem } = field
  const isFitted = state === 'fitted'
  /** A field that could not be loaded cannot go on either. */
  const canRefit = isFitted && !problem
  return (
    <Section title="Field">
      <Facts>
        <Fact name="State">{stateSentence(field)}</Fact>
        {isFitted && <Fact name="Taught">{count(corrections, 'correction')}</Fact>}
        {untaught > 0 && <Fact name="Not taught yet">{count(untaught, 'keyframe or label', 'keyframes and labels')}</Fact>}
      </Facts>
      {problem && <ErrorDetails error={problem} />}
      {!isFitted && !field.loading && <p className="secondary small">Optimise fits one field to the whole video; every track, and the preview under the mouse, is then read from it.</p>}
      {canRefit && untaught > 0 && !isBusy && <p className="secondary small">Refit teaches the field your corrections for some seconds: other tracks improve too, your keyframes stay where they are.</p>}
      <div className="button-row">
        <Button icon={Sparkles} kind={canRefit ? 'plain' : 'primary'} keys={keys('field.optimise')} hint="Fit the field anew" disabled={!isEnabled('field.optimise')} onClick={() => runCommand('field.optimise')}>
          Optimise…
        </Button>
        <Button icon={RefreshCw} kind={canRefit && untaught > 0 ? 'primary' : 'plain'} keys={keys('field.refit')} disabled={!canRefit || isBusy}
          hint={canRefit ? (isBusy ? 'A fit of this video is under way' : 'Refit with the corrections made since') : 'There is no field to start from: optimise first'}
          onClick={() => runCommand('field.refit')}>
          {untaught > 0 ? `Refit (${untaught})` : 'Refit'}
        </Button>
      </div>
    </Section>
  )
}
