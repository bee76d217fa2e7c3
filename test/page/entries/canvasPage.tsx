/** The canvas alone, in the whole window, with the keys of the studio. */
import { CanvasArea } from '../../../src/renderer/canvas/CanvasArea.tsx'
import { startKeyBindings } from '../../../src/renderer/commands/keyBindings.ts'
import { mountPage } from '../mountPage.tsx'
import './canvasPage.css'

startKeyBindings()
void mountPage(<CanvasArea />)
