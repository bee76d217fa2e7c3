/** The row of controls over the timeline: steps, play, the frame and its time, speed, loop, range, markers. Not here: playing (canvas). */
import { ArrowLeftToLine, ArrowRightToLine, Bookmark, ChevronFirst, ChevronLast, Pause, Play, Repeat, SkipBack, SkipForward, StepBack, StepForward, X, type LucideIcon } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { commands, type CommandId } from '../../shared/commands.ts'
import { IconButton } from '../chrome/IconButton.tsx'
import { Select } from '../chrome/Select.tsx'
import { keyHint } from '../commands/keyBindings.ts'
import { isEnabled, runCommand, useRegistrations } from '../commands/registry.ts'
import { currentDocument, useDocument } from '../state/documentStore.ts'
import { showFrame, useView } from '../state/viewStore.ts'
import { frameLabel, secondsLabel } from './ticks.ts'

const speeds = [0.1, 0.25, 0.5, 1, 2, 4]

export function Transport() {
  const frames = useDocument(state => state.document?.record.frameCount ?? 0)
  return (
    <div className="transport" role="toolbar" aria-label="Transport">
      <Act id="frame.first" icon={SkipBack} />
      <Act id="frame.previous" icon={StepBack} />
      <PlayButton />
      <Act id="frame.next" icon={StepForward} />
      <Act id="frame.last" icon={SkipForward} />
      <span className="transport-gap" />
      <FrameField frames={frames} />
      <span className="transport-gap" />
      <SpeedMenu />
      <LoopButton />
      <span className="transport-gap" />
      <Act id="keyframe.previous" icon={ChevronFirst} />
      <Act id="keyframe.next" icon={ChevronLast} />
      <span className="transport-gap" />
      <Act id="range.start" icon={ArrowLeftToLine} />
      <Act id="range.end" icon={ArrowRightToLine} />
      <RangeText />
      <MarkerButton />
    </div>
  )
}

/** A command's button; drawn anew when a video opens and when commands come or go. */
function Act({ id, icon, pressed }: { id: CommandId; icon: LucideIcon; pressed?: boolean }) {
  useRegistrations(state => state.count)
  useDocument(state => state.document === null)
  return <IconButton icon={icon} label={commands[id].label} keys={keyHint(id)} pressed={pressed} disabled={!isEnabled(id)} onClick={() => runCommand(id)} />
}

function PlayButton() {
  const playing = useView(state => state.playing)
  useRegistrations(state => state.count)
  useDocument(state => state.document === null)
  return (
    <IconButton
      icon={playing ? Pause : Play}
      label={playing ? 'Pause' : 'Play'}
      keys={keyHint('play.toggle')}
      className="play"
      disabled={!isEnabled('play.toggle')}
      onClick={() => runCommand('play.toggle')}
    />
  )
}

function LoopButton() {
  return <Act id="play.loop" icon={Repeat} pressed={useView(state => state.loop)} />
}

function MarkerButton() {
  const frame = useView(state => state.frame)
  const isMarked = useDocument(state => state.document?.markers.some(marker => marker.frame === frame) ?? false)
  return <Act id="marker.toggle" icon={Bookmark} pressed={isMarked} />
}

/** Frame and time follow the play head without React: they change up to sixty times a second. */
function FrameField({ frames }: { frames: number }) {
  const input = useRef<HTMLInputElement>(null)
  const time = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const show = () => {
      const { frame } = useView.getState()
      if (input.current && document.activeElement !== input.current) input.current.value = frameLabel(frame, frames)
      if (time.current) time.current.textContent = secondsLabel(currentDocument()?.timesS[frame] ?? 0)
    }
    show()
    return useView.subscribe((view, before) => {
      if (view.frame !== before.frame) show()
    })
  }, [frames])
  const restore = (element: HTMLInputElement) => {
    element.value = frameLabel(useView.getState().frame, frames)
  }
  return (
    <>
      <input
        ref={input}
        className="input frame-field"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        aria-label="Current frame"
        disabled={frames === 0}
        defaultValue={frameLabel(0, frames)}
        onFocus={event => event.currentTarget.select()}
        onBlur={event => restore(event.currentTarget)}
        onKeyDown={event => {
          const field = event.currentTarget
          if (event.key === 'Enter') {
            const wanted = parseFrame(field.value)
            if (wanted !== null) showFrame(wanted, frames)
            field.blur()
          } else if (event.key === 'Escape') {
            event.stopPropagation()
            field.blur()
          } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault()
            showFrame(useView.getState().frame + (event.key === 'ArrowUp' ? 1 : -1), frames)
            restore(field)
          }
        }}
      />
      <span className="secondary frame-count">/ {frameLabel(frames, frames)}</span>
      <span className="frame-time" ref={time} />
    </>
  )
}

/** Null where the text is no whole number. */
export function parseFrame(text: string): number | null {
  return /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null
}

function SpeedMenu() {
  const speed = useView(state => state.speed)
  const shown = speeds.includes(speed) ? speeds : [...speeds, speed].sort((a, b) => a - b)
  return (
    <span className="speed">
      <Select
        label="Speed"
        bare
        value={String(speed)}
        options={shown.map(value => ({ value: String(value), label: `${Number(value.toFixed(2))}×` }))}
        onChange={value => useView.setState({ speed: Number(value) })}
      />
    </span>
  )
}

function RangeText() {
  const range = useView(state => state.range)
  if (!range) return null
  return (
    <span className="range-text">
      {frameLabel(range.first)} – {frameLabel(range.last)}
      <IconButton icon={X} size={12} label="Clear range" keys={keyHint('range.clear')} onClick={() => runCommand('range.clear')} />
    </span>
  )
}
