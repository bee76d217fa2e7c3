/** Asks before anything is fetched: licence, address, size and hash of a network; only a person's yes starts the download. */
import { useState } from 'react'
import { Download } from 'lucide-react'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { KnownModel } from '../../shared/models.ts'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { TextField } from '../chrome/Field.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { Fact, Facts } from '../panels/Section.tsx'
import { fileSize } from '../projects/pickRules.ts'
import { Address } from './Address.tsx'
import { pull } from './networkActions.ts'

const hashWords = {
  measured: 'Measured on a file that was run.',
  read: 'As its publisher or a third party states it.',
} as const

export function DownloadDialog({ known, onClose }: { readonly known: KnownModel; onClose(): void }) {
  const { name, title, licence, address, page, bytes, sha256, sha256From } = known
  const [mirror, setMirror] = useState('')
  const [hash, setHash] = useState('')
  const [problem, setProblem] = useState<ErrorRecord | null>(null)
  const [isBusy, setBusy] = useState(false)
  const canStart = (address !== null || mirror.trim() !== '') && !isBusy
  const start = async () => {
    if (!canStart) return
    setBusy(true)
    const error = await pull({ name, agreed: true, mirror: mirror.trim() || null, sha256: hash.trim() || null })
    setBusy(false)
    if (error) setProblem(error)
    else onClose()
  }
  return (
    <Dialog open title={`Download ${title}`} onClose={onClose} onSubmit={() => void start()} footer={
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" icon={Download} submit disabled={!canStart} hint={canStart || isBusy ? undefined : 'Give an address of the file first'}>
          Agree and download
        </Button>
      </>
    }>
      <div className="network-facts">
        <Facts>
          <Fact name="Licence">
            <p>{licence.name ?? 'Not known here: read it on its page before you agree.'}</p>
            {licence.address && <Address text={licence.address} name="address of the licence" />}
          </Fact>
          {page && (
            <Fact name="Page">
              <Address text={page} name="address of its page" />
            </Fact>
          )}
          <Fact name="Address">{mirror.trim() ? <Address text={mirror.trim()} name="address" /> : address ? <Address text={address} name="address" /> : 'None is known: name one below.'}</Fact>
          <Fact name="Size">{bytes === null ? 'Not known' : fileSize(bytes)}</Fact>
          <Fact name="sha256">
            {sha256 ? (
              <>
                <code className="network-hash">{sha256}</code>
                <p className="secondary">{sha256From && hashWords[sha256From]} What comes is compared with it.</p>
              </>
            ) : (
              'None is known: what comes cannot be compared.'
            )}
          </Fact>
        </Facts>
      </div>
      <TextField label={address === null ? 'Address' : 'Other address (optional)'} value={mirror} placeholder="https://" onChange={setMirror}
        hint={address === null ? 'Of the file, or of a folder that holds it, ending in /.' : 'A mirror: of the file, or of a folder that holds it, ending in /.'} />
      <details className="network-more">
        <summary>Expect another hash</summary>
        <TextField label="sha256 (optional)" value={hash} onChange={setHash} hint="Of a file that was renewed: 64 hexadecimal digits, compared in place of the one above." />
      </details>
      {problem && <ErrorDetails error={problem} />}
    </Dialog>
  )
}
