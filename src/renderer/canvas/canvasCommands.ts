/** Commands of the canvas and of playing: zoom, ways of showing, overlays, tools, steps. */
import { registerCommands, type CommandAction } from '../commands/registry.ts'
import { speeds } from '../frames/playClock.ts'
import { currentDocument } from '../state/documentStore.ts'
import { showFrame, useView, type LastingView, type Overlay, type Tool } from '../state/viewStore.ts'
import type { CanvasView } from './CanvasView.ts'

const ZOOM_STEP = 1.5

const hasVideo = () => currentDocument() !== null

/** Registers them until the returned function is called. */
export function registerCanvasCommands(canvas: CanvasView): () => void {
  return registerCommands({
    'zoom.in': { enabled: hasVideo, run: () => canvas.zoomTo(canvas.view.scale * ZOOM_STEP) },
    'zoom.out': { enabled: hasVideo, run: () => canvas.zoomTo(canvas.view.scale / ZOOM_STEP) },
    'zoom.fit': { enabled: hasVideo, run: () => canvas.fit() },
    'view.follow': { enabled: hasVideo, checked: () => useView.getState().follow, run: () => useView.setState(({ follow }) => ({ follow: !follow })) },
    'view.loupe': switches('loupe'),
    'view.onion': switches('onion'),
    'view.trails': switches('trails'),
    'view.names': switches('names'),
    'view.uncertainty': switches('uncertainty'),
    'view.hover': switches('hoverPreview'),
    'overlay.flow': shows('flow'),
    'overlay.depth': shows('depth'),
    'overlay.cycle': shows('cycle'),
    'overlay.none': shows('none'),
    'tool.select': takes('select', canvas),
    'tool.point': takes('point', canvas),
    'tool.grid': takes('grid', canvas),
    'tool.polygon': takes('polygon', canvas),
    'play.toggle': { enabled: hasVideo, checked: () => useView.getState().playing, run: () => useView.setState(({ playing }) => ({ playing: !playing })) },
    'play.faster': { enabled: hasVideo, run: () => changeSpeed(1) },
    'play.slower': { enabled: hasVideo, run: () => changeSpeed(-1) },
    'play.loop': { enabled: hasVideo, checked: () => useView.getState().loop, run: () => useView.setState(({ loop }) => ({ loop: !loop })) },
    'frame.next': steps(1),
    'frame.previous': steps(-1),
    'frame.next10': steps(10),
    'frame.previous10': steps(-10),
    'edit.cancel': { run: () => canvas.cancel() },
  })
}

function switches(name: { [Name in keyof LastingView]: LastingView[Name] extends boolean ? Name : never }[keyof LastingView]): CommandAction {
  return { enabled: hasVideo, checked: () => useView.getState()[name], run: () => useView.setState(view => ({ [name]: !view[name] })) }
}

/** The overlay's own key takes it away again. */
function shows(overlay: Overlay): CommandAction {
  return {
    enabled: hasVideo,
    checked: () => useView.getState().overlay === overlay,
    run: () => useView.setState(view => ({ overlay: view.overlay === overlay ? 'none' : overlay })),
  }
}

function takes(tool: Tool, canvas: CanvasView): CommandAction {
  return {
    enabled: hasVideo,
    checked: () => useView.getState().tool === tool,
    run() {
      useView.setState({ tool })
      // So that Enter and the arrow keys reach the tool.
      canvas.container.focus({ preventScroll: true })
    },
  }
}

/** Steps never skip; they stop what plays. */
function steps(by: number): CommandAction {
  return {
    enabled: hasVideo,
    run() {
      const document = currentDocument()
      if (!document) return
      if (useView.getState().playing) useView.setState({ playing: false })
      showFrame(useView.getState().frame + by, document.record.frameCount)
    },
  }
}

function changeSpeed(by: 1 | -1): void {
  const { speed } = useView.getState()
  const next = by > 0 ? speeds.find(other => other > speed) : speeds.findLast(other => other < speed)
  if (next !== undefined) useView.setState({ speed: next })
}
