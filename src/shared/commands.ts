/**
 * The command table: every command of the studio with its words and its keys. Menus (native and in the page), the palette, the list of
 * keys and the key bindings are all made from it. Not here: what the commands do (renderer/commands).
 *
 * Keys: 'Mod' is Ctrl, on macOS Cmd. A letter stands for its key; ',' '.' '+' '-' '?' for the character they type.
 */
export const menus = ['File', 'Edit', 'View', 'Track', 'Playback', 'Field', 'Help'] as const
export type MenuName = (typeof menus)[number]

export interface Command {
  readonly label: string
  readonly menu: MenuName
  readonly keys: readonly string[]
  /** Further words that the palette finds it by. */
  readonly words?: string
  /** Steps through time or keeps its key held: fires again while the key is down. */
  readonly repeats?: boolean
}

const table = {
  'project.home': { label: 'All projects', menu: 'File', keys: [], words: 'start recent close' },
  'project.new': { label: 'New project…', menu: 'File', keys: ['Mod+Shift+N'], words: 'create' },
  'project.open': { label: 'Open project…', menu: 'File', keys: ['Mod+O'] },
  'video.add': { label: 'Add video…', menu: 'File', keys: ['Mod+I'], words: 'import clip open file' },
  'review.import': { label: 'Import tracks…', menu: 'File', keys: [], words: 'ground truth annotator reference review' },
  'export.open': { label: 'Export…', menu: 'File', keys: ['Mod+E'], words: 'save tap-vid davis pickle csv npz overlay' },
  'models.open': { label: 'Networks…', menu: 'File', keys: [], words: 'models download onnx raft depth dinov2 tapir install supervision learned' },
  'settings.open': { label: 'Settings…', menu: 'File', keys: ['Mod+,'], words: 'preferences theme keys' },

  'edit.undo': { label: 'Undo', menu: 'Edit', keys: ['Mod+Z'] },
  'edit.redo': { label: 'Redo', menu: 'Edit', keys: ['Mod+Shift+Z', 'Mod+Y'] },
  'edit.copyLabels': { label: 'Copy labels', menu: 'Edit', keys: ['Mod+C'], words: 'occlusion' },
  'edit.pasteLabels': { label: 'Paste labels', menu: 'Edit', keys: ['Mod+V'], words: 'occlusion' },
  'edit.selectAll': { label: 'Select all tracks', menu: 'Edit', keys: ['Mod+A'] },
  'edit.cancel': { label: 'Cancel or deselect', menu: 'Edit', keys: ['Escape'] },
  'point.save': { label: 'Set keyframe here', menu: 'Edit', keys: ['Mod+S'], words: 'save point' },
  'keyframe.delete': { label: 'Delete keyframe', menu: 'Edit', keys: ['Delete', 'Backspace'], words: 'remove' },

  'track.delete': { label: 'Delete track', menu: 'Track', keys: ['Shift+Delete', 'Shift+Backspace'], words: 'remove' },
  'keyframe.toggle': { label: 'Set or clear keyframe', menu: 'Track', keys: ['K'] },
  'label.occluded': { label: 'Mark occluded', menu: 'Track', keys: ['Q'], words: 'hidden label' },
  'label.outOfFrame': { label: 'Mark out of frame', menu: 'Track', keys: ['O'], words: 'label' },
  'label.visible': { label: 'Mark visible', menu: 'Track', keys: ['W'], words: 'label' },
  'label.clear': { label: 'Clear label', menu: 'Track', keys: ['Shift+Q'] },
  'track.propagate': { label: 'Propagate forward', menu: 'Track', keys: ['T'], words: 'track again' },
  'track.propagateBoth': { label: 'Propagate both ways', menu: 'Track', keys: ['Shift+T'], words: 'track again' },
  'track.merge': { label: 'Merge tracks', menu: 'Track', keys: ['M'] },
  'track.split': { label: 'Split track here', menu: 'Track', keys: ['X'] },
  'track.duplicate': { label: 'Duplicate track', menu: 'Track', keys: ['Mod+D'] },
  'track.rename': { label: 'Rename track', menu: 'Track', keys: ['F2'] },
  'track.hide': { label: 'Show or hide track', menu: 'Track', keys: ['H'], words: 'visibility eye' },
  'track.lock': { label: 'Lock or unlock track', menu: 'Track', keys: ['Shift+L'] },
  'track.solo': { label: 'Solo selected tracks', menu: 'Track', keys: ['S'] },
  'track.next': { label: 'Next track', menu: 'Track', keys: ['ArrowDown'], repeats: true },
  'track.previous': { label: 'Previous track', menu: 'Track', keys: ['ArrowUp'], repeats: true },

  'tool.select': { label: 'Select tool', menu: 'Edit', keys: ['A'], words: 'move drag' },
  'tool.point': { label: 'Add points', menu: 'Edit', keys: ['N'], words: 'new track click' },
  'tool.grid': { label: 'Add a grid of points', menu: 'Edit', keys: ['Shift+G'], words: 'rectangle many' },
  'tool.polygon': { label: 'Add points in a polygon', menu: 'Edit', keys: ['P'], words: 'region area many' },

  'play.toggle': { label: 'Play or pause', menu: 'Playback', keys: ['Space'] },
  'frame.next': { label: 'Next frame', menu: 'Playback', keys: ['ArrowRight', 'F'], repeats: true },
  'frame.previous': { label: 'Previous frame', menu: 'Playback', keys: ['ArrowLeft', 'D'], repeats: true },
  'frame.next10': { label: 'Ten frames on', menu: 'Playback', keys: ['Shift+ArrowRight', 'V'], repeats: true },
  'frame.previous10': { label: 'Ten frames back', menu: 'Playback', keys: ['Shift+ArrowLeft', 'C'], repeats: true },
  'frame.first': { label: 'First frame of the track', menu: 'Playback', keys: ['Home'] },
  'frame.last': { label: 'Last frame of the track', menu: 'Playback', keys: ['End'] },
  'frame.goto': { label: 'Go to frame…', menu: 'Playback', keys: ['G'] },
  'keyframe.next': { label: 'Next keyframe', menu: 'Playback', keys: ['.', 'R'] },
  'keyframe.previous': { label: 'Previous keyframe', menu: 'Playback', keys: [',', 'E'] },
  'keyframe.bisect': { label: 'Bisect the gap between keyframes', menu: 'Playback', keys: ['B'], words: 'middle' },
  'doubt.next': { label: 'Next doubtful stretch', menu: 'Playback', keys: ['J'], words: 'uncertain' },
  'doubt.previous': { label: 'Previous doubtful stretch', menu: 'Playback', keys: ['Shift+J'], words: 'uncertain' },
  'play.faster': { label: 'Play faster', menu: 'Playback', keys: [']'] },
  'play.slower': { label: 'Play slower', menu: 'Playback', keys: ['['] },
  'play.loop': { label: 'Loop', menu: 'Playback', keys: ['Shift+Space'] },
  'range.start': { label: 'Range starts here', menu: 'Playback', keys: ['I'] },
  'range.end': { label: 'Range ends here', menu: 'Playback', keys: ['U'] },
  'range.clear': { label: 'Clear range', menu: 'Playback', keys: ['Shift+I'] },
  'marker.toggle': { label: 'Set or clear marker', menu: 'Playback', keys: ['Shift+M'] },

  'zoom.in': { label: 'Zoom in', menu: 'View', keys: ['+', '='], repeats: true },
  'zoom.out': { label: 'Zoom out', menu: 'View', keys: ['-'], repeats: true },
  'zoom.fit': { label: 'Fit the frame', menu: 'View', keys: ['0'] },
  'view.follow': { label: 'Follow the selected track', menu: 'View', keys: ['Shift+F'] },
  'view.loupe': { label: 'Loupe', menu: 'View', keys: ['L'], words: 'magnifier pixel grid' },
  'view.onion': { label: 'Onion skin', menu: 'View', keys: ['Shift+O'], words: 'ghost neighbouring frames' },
  'view.trails': { label: 'Trails', menu: 'View', keys: ['Shift+R'], words: 'past future path' },
  'view.names': { label: 'Names on the picture', menu: 'View', keys: ['Shift+N'] },
  'view.uncertainty': { label: 'Uncertainty', menu: 'View', keys: ['Shift+U'], words: 'doubt halo' },
  'view.hover': { label: 'Preview the track under the mouse', menu: 'View', keys: ['Shift+H'] },
  'overlay.flow': { label: 'Flow', menu: 'View', keys: ['1'], words: 'overlay motion colour wheel' },
  'overlay.depth': { label: 'Depth', menu: 'View', keys: ['2'], words: 'overlay' },
  'overlay.cycle': { label: 'Where flow disagrees', menu: 'View', keys: ['3'], words: 'overlay cycle occlusion mask' },
  'overlay.none': { label: 'No overlay', menu: 'View', keys: ['4'] },
  'view.panels': { label: 'Show or hide panels', menu: 'View', keys: ['`', 'Mod+\\'], words: 'collapse tracks inspector' },

  'field.optimise': { label: 'Optimise…', menu: 'Field', keys: ['Mod+Enter'], words: 'fit track run start' },
  'field.refit': { label: 'Refit with corrections', menu: 'Field', keys: ['Mod+R'], words: 'improve other tracks' },
  'tracker.run': { label: 'Track with another tracker…', menu: 'Field', keys: [], words: 'compare tapir cotracker sift chained omnimotion reference second opinion' },
  'field.pause': { label: 'Pause or resume the job', menu: 'Field', keys: [] },
  'field.cancel': { label: 'Cancel the job', menu: 'Field', keys: [] },
  'inspector.track': { label: 'Show track page', menu: 'View', keys: ['Alt+1'] },
  'inspector.fit': { label: 'Show fit page', menu: 'View', keys: ['Alt+2'] },
  'inspector.review': { label: 'Show review page', menu: 'View', keys: ['Alt+3'] },
  'inspector.info': { label: 'Show info page', menu: 'View', keys: ['Alt+4'] },

  'palette.open': { label: 'Find a command…', menu: 'Help', keys: ['Mod+K', 'Mod+Shift+P'] },
  'help.keys': { label: 'Keys', menu: 'Help', keys: ['F1', '?'], words: 'shortcuts list' },
} as const satisfies Record<string, Command>

export type CommandId = keyof typeof table

export const commands: Readonly<Record<CommandId, Command>> = table
export const commandIds = Object.keys(table) as CommandId[]

export function isCommandId(id: unknown): id is CommandId {
  return typeof id === 'string' && Object.hasOwn(table, id)
}
