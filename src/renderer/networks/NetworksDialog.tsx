/** The dialog Networks: those known and installed by what they are for; download, add, verify, remove; where they run. Composition only. */
import { useEffect, useState } from 'react'
import { FilePlus2 } from 'lucide-react'
import type { ModelsView } from '../../shared/models.ts'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { Path } from '../panels/Section.tsx'
import { openDialog, useApp } from '../state/appStore.ts'
import { useNetworks } from '../state/networkStore.ts'
import { AddNetworkDialog } from './AddNetworkDialog.tsx'
import { DownloadDialog } from './DownloadDialog.tsx'
import { loadNetworks } from './networkActions.ts'
import { NetworkItem, type NetworkAction } from './NetworkItem.tsx'
import { networkGroups, roleWords, type NetworkRow } from './networkRows.ts'
import { RemoveDialog } from './RemoveDialog.tsx'
import './networks.css'

export function NetworksDialog() {
  const isOpen = useApp(state => state.dialog === 'networks')
  return isOpen ? <Networks onClose={() => openDialog(null)} /> : null
}

type Asked = { readonly action: NetworkAction; readonly row: NetworkRow } | { readonly action: 'add'; readonly row: null }

/** Also over another dialog, which stays as it is. */
export function Networks({ onClose }: { onClose(): void }) {
  const networks = useNetworks(state => state.networks)
  const problem = useNetworks(state => state.problem)
  const [asked, setAsked] = useState<Asked | null>(null)
  useEffect(() => void loadNetworks(), [])
  const close = () => setAsked(null)
  return (
    <Dialog open title="Networks" size="large" onClose={onClose} note={networks && <>Kept in <Path path={networks.folder} /></>} footer={
      <>
        <Button icon={FilePlus2} onClick={() => setAsked({ action: 'add', row: null })}>
          Add file…
        </Button>
        <Button kind="primary" onClick={onClose}>
          Close
        </Button>
      </>
    }>
      {problem && (
        <>
          <ErrorDetails error={problem} />
          <Button onClick={() => void loadNetworks()}>Try again</Button>
        </>
      )}
      {!networks && !problem && <p className="secondary late" role="status">Looking for networks…</p>}
      {networks && <Listed networks={networks} onAction={(action, row) => setAsked({ action, row })} />}
      {asked?.action === 'download' && asked.row.known && <DownloadDialog known={asked.row.known} onClose={close} />}
      {asked?.action === 'add' && <AddNetworkDialog row={asked.row} onClose={close} />}
      {asked?.action === 'remove' && <RemoveDialog row={asked.row} onClose={close} />}
    </Dialog>
  )
}

function Listed({ networks, onAction }: { readonly networks: ModelsView; onAction(action: NetworkAction, row: NetworkRow): void }) {
  return (
    <>
      <p className="secondary small">
        {networks.installed.length === 0 && 'None is installed, and none is needed. '}
        Networks help a fit when you choose them as its supervision in Optimise: of each kind the one added last is used. Nothing is downloaded unless you ask for it.
      </p>
      {networkGroups(networks).map(({ role, rows }) => (
        <section key={role} className="network-group" aria-label={roleWords[role].title}>
          <h3>
            {roleWords[role].title} <span className="secondary">{roleWords[role].text}</span>
          </h3>
          {rows.length === 0 ? (
            <p className="secondary small">None is known: add a file.</p>
          ) : (
            <ul className="plain-list" aria-label={roleWords[role].title}>
              {rows.map(row => (
                <NetworkItem key={row.name} row={row} onAction={onAction} />
              ))}
            </ul>
          )}
        </section>
      ))}
      <Devices devices={networks.devices} />
    </>
  )
}

const deviceWords: Readonly<Record<string, string>> = { cpu: 'CPU', cuda: 'CUDA', dml: 'DirectML', coreml: 'Core ML', webgpu: 'WebGPU' }

function Devices({ devices }: Pick<ModelsView, 'devices'>) {
  const tried = devices.filter(({ refused }) => refused === null).map(({ name }) => deviceWords[name] ?? name)
  return (
    <section className="network-group" aria-label="Devices">
      <h3>
        Devices <span className="secondary">{tried.length ? `Networks run on ${tried.join(', then ')}.` : 'Networks cannot run here.'}</span>
      </h3>
      {devices.some(({ refused }) => refused !== null) && (
        <ul className="plain-list small secondary">
          {devices.filter(({ refused }) => refused !== null).map(({ name, refused }) => (
            <li key={name}>
              {deviceWords[name] ?? name}: {refused}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
