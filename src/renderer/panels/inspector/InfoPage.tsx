/** Facts about the video, its project and this Tapline; the steps that undo and redo would take. */
import { Copy } from 'lucide-react'
import { IconButton } from '../../chrome/IconButton.tsx'
import { useFitsOn } from '../../devices/useFitsOn.ts'
import { useApp } from '../../state/appStore.ts'
import { allShown, useDocument } from '../../state/documentStore.ts'
import { useView } from '../../state/viewStore.ts'
import { copyText } from '../ErrorDetails.tsx'
import { Fact, Facts, Path, Section } from '../Section.tsx'
import { inThousands } from '../wording.ts'
import { frameRate, length } from './videoFacts.ts'

const MOST_DAMAGED = 60

export function InfoPage() {
  const document = useDocument(state => state.document)!
  const project = useApp(state => state.project)
  const info = useApp(state => state.info)
  const fitsOn = useFitsOn()
  const { record, timesS, damagedFrames, history, order } = document
  const tracks = allShown(document)
  const keyframes = tracks.reduce((sum, { nodes }) => sum + nodes.length, 0)
  const labels = tracks.reduce((sum, track) => sum + track.labels.length, 0)
  return (
    <div className="panel-page">
      <Section title="Video">
        <Facts>
          <Fact name="Name">
            <span className="selectable">{record.name}</span>
          </Fact>
          <Fact name="Size">
            {record.width} × {record.height} px
          </Fact>
          <Fact name="Frames">{inThousands(record.frameCount)}</Fact>
          <Fact name="Length">{length(timesS)}</Fact>
          <Fact name="Rate">{frameRate(timesS)}</Fact>
          <Fact name="From">
            <Path path={record.sourcePath} />
          </Fact>
          {damagedFrames.length > 0 && (
            <Fact name="Damaged">
              {damagedFrames.length === 1 ? '1 frame was repaired' : `${damagedFrames.length} frames were repaired`} while decoding:{' '}
              {damagedFrames.slice(0, MOST_DAMAGED).map(frame => (
                <button key={frame} type="button" className="link" aria-label={`Go to damaged frame ${frame}`} onClick={() => useView.setState({ frame })}>
                  {frame}
                </button>
              ))}
              {damagedFrames.length > MOST_DAMAGED && ' …'}
            </Fact>
          )}
        </Facts>
      </Section>
      <Section title="Tracks">
        <Facts>
          <Fact name="Tracks">{inThousands(order.length)}</Fact>
          <Fact name="Keyframes">{inThousands(keyframes)}</Fact>
          <Fact name="Labels">{inThousands(labels)}</Fact>
        </Facts>
      </Section>
      <Section title="Project">
        <Facts>
          {project && <Fact name="Name">{project.name}</Fact>}
          <Fact name="Folder">
            <Path path={document.project} />
            <IconButton icon={Copy} size={14} label="Copy the folder’s path" onClick={() => void copyText(document.project, 'Path copied')} />
          </Fact>
          {project && <Fact name="Made by">Tapline {project.appVersion}</Fact>}
        </Facts>
      </Section>
      <Section title="History">
        <Facts>
          <Fact name="Undo">{history.undo ?? 'nothing to undo'}</Fact>
          <Fact name="Redo">{history.redo ?? 'nothing to redo'}</Fact>
        </Facts>
      </Section>
      {info && (
        <Section title="Tapline">
          <Facts>
            <Fact name="Version">{info.version}</Fact>
            <Fact name="Fits on">{fitsOn}</Fact>
          </Facts>
        </Section>
      )}
    </div>
  )
}
