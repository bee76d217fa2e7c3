/** One line over the picture: what the tool at work waits for, and its spacing where it fills. */
import { NumberField } from '../chrome/Field.tsx'
import { useView, type Tool } from '../state/viewStore.ts'
import { useCanvas } from './canvasStore.ts'

/** The select tool needs no words: pointing tells. */
const hints: Readonly<Record<Tool, string | null>> = {
  select: null,
  point: 'Click to add a point. With the keyboard: Alt and the arrow keys move the cross, Enter adds.',
  grid: 'Drag a rectangle to fill it with points. Enter fills the whole picture.',
  polygon: 'Click the corners of a region. A double click or Enter fills it with points.',
}

export function ToolLine() {
  const tool = useView(state => state.tool)
  const spacing = useView(state => state.gridSpacing)
  const said = useCanvas(state => state.said)
  const overlayProblem = useCanvas(state => state.overlayProblem)
  const text = said ?? hints[tool] ?? (overlayProblem && `No overlay at this frame: ${overlayProblem.reason}. ${overlayProblem.next}`)
  const fills = tool === 'grid' || tool === 'polygon'
  return (
    <div className="tool-line" aria-live="polite">
      {text && (
        <div className="tool-line-box">
          <span>{text}</span>
          {fills && <NumberField inline label="Spacing" value={spacing} min={2} max={512} unit="px" onCommit={gridSpacing => useView.setState({ gridSpacing })} />}
          {tool !== 'select' && <span className="secondary">Esc ends</span>}
        </div>
      )}
    </div>
  )
}
