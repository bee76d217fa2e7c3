/** One network of the list: what it is, whether it is there, and what can be done with it. */
import { CircleCheck, Download, FilePlus2, ShieldCheck, Trash2 } from 'lucide-react'
import { Button } from '../chrome/Button.tsx'
import { IconButton } from '../chrome/IconButton.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { isOver, useJobs } from '../state/jobStore.ts'
import { useNetworks } from '../state/networkStore.ts'
import { DownloadProgress } from './DownloadProgress.tsx'
import { pullJob, verify } from './networkActions.ts'
import { networkFacts, stateWords, type NetworkRow } from './networkRows.ts'

export type NetworkAction = 'download' | 'add' | 'remove'

interface NetworkItemProps {
  readonly row: NetworkRow
  onAction(action: NetworkAction, row: NetworkRow): void
}

export function NetworkItem({ row, onAction }: NetworkItemProps) {
  const { name, title, state, known, installed } = row
  const pulls = useNetworks(store => store.pulls)
  const check = useNetworks(store => store.checks.get(name))
  const error = useNetworks(store => store.errors.get(name))
  const progress = useJobs(jobs => pullJob(jobs, { pulls }, row))
  const isComing = progress !== null && !isOver(progress.job)
  const isThere = installed !== null
  return (
    <li className="network" aria-label={title} data-state={state}>
      <div className="network-head">
        <span className="network-title">{title}</span>
        <span className={isThere ? 'network-state' : 'network-state secondary'}>
          {isThere && <CircleCheck size={14} aria-hidden />}
          {isComing ? 'Downloading' : stateWords[state]}
        </span>
        <span className="network-actions">
          {isThere ? (
            <>
              <IconButton icon={ShieldCheck} size={14} label={`Verify ${title}`} hint="Compares the file with what was installed" disabled={check?.state === 'checking'} onClick={() => void verify(name)} />
              <IconButton icon={Trash2} size={14} label={`Remove ${title}`} onClick={() => onAction('remove', row)} />
            </>
          ) : (
            !isComing && (
              <>
                <Button kind="quiet" icon={FilePlus2} label={`Add the file of ${title}`} hint="A file that you have" onClick={() => onAction('add', row)}>
                  Add file…
                </Button>
                <Button kind={known?.address ? 'plain' : 'quiet'} icon={Download} label={`Download ${title}…`} hint={known?.address ? 'Shows its licence first' : 'From an address that you name; shows its licence first'} onClick={() => onAction('download', row)}>
                  Download…
                </Button>
              </>
            )
          )}
        </span>
      </div>
      <p className="secondary numbers network-line">{networkFacts(row)}</p>
      {known?.remarks && <p className="secondary network-line">{known.remarks}</p>}
      {check?.state === 'checking' && <p className="secondary" role="status">Reading the file…</p>}
      {check?.state === 'checked' && (check.fault === null ? <p role="status">The file is whole.</p> : <Damaged title={title} fault={check.fault} />)}
      {!isThere && progress && <DownloadProgress name={name} title={title} progress={progress} />}
      {error && <ErrorDetails error={error} />}
    </li>
  )
}

function Damaged({ title, fault }: { readonly title: string; readonly fault: string }) {
  return <ErrorDetails error={{ code: 'bad-file', subject: title, reason: `its file is damaged: ${fault}`, next: 'Remove it, then download or add it again.' }} />
}
