/** Every command's options and examples as data: help and parsing come from here. */
import { deviceChoices } from '../../shared/devices.ts'
import { modelRoles } from '../../shared/models.ts'
import { couplings, presetNames } from '../../shared/presets.ts'
import { writableFormats } from '../../pipeline/export/writeTracks.ts'
import type { CommandSpec, OptionSpec } from '../arguments.ts'

const outputFormats = [...Object.keys(writableFormats), 'mp4']
const json: OptionSpec = { type: 'boolean', text: 'JSON lines on standard output, for machines' }
const project: OptionSpec = { type: 'string', value: 'DIR', text: 'the project folder' }
const help: OptionSpec = { type: 'boolean', text: 'this text' }

export const trackSpec: CommandSpec = {
  name: 'track',
  summary: 'Track points through a video, behind occlusions too.',
  positionals: ['VIDEO'],
  options: {
    queries: { type: 'string', value: 'Q.csv', text: 'points to track: header id,frame,x,y; pixels of the clip, (0.5,0.5) = centre of the first' },
    grid: { type: 'string', value: 'N', text: 'track an N×N grid of points of --grid-frame' },
    'grid-frame': { type: 'string', value: 'F', text: 'frame of the grid (default 0)' },
    preset: { type: 'string', choices: presetNames, text: 'draft: about a minute; standard (default): minutes; fine: the length of the paper' },
    seed: { type: 'string', value: 'S', text: 'seed of the field (default 0): same seed and threads, same result' },
    depth: { type: 'string', value: 'DIR', text: 'depth maps that you have: one .png, .npy or .npz a frame' },
    supervision: { type: 'string', value: 'builtin|learned|DIR', text: 'builtin (default); learned: your installed networks (tapline models); or a sequence folder of OmniTrackFast or OmniMotion' },
    tracks: { type: 'string', multiple: true, value: 'FILE', text: "another tool's tracks of this clip, of any format that is read: taught as matches, trimmed where they disagree" },
    steps: { type: 'string', value: 'N', text: "length of the fit (default: the preset's)" },
    'no-depth': { type: 'boolean', text: 'ablation: start from a plane, without a depth prior' },
    'no-long-term': { type: 'boolean', text: 'ablation: flow alone, without matches between distant frames' },
    coupling: { type: 'string', choices: couplings, text: "ablation: cadex (default), or affine: RealNVP's scale and shift" },
    'control-points': { type: 'string', value: 'B', text: 'control points of the cadex coupling, even, 2 to 16 (default 4)' },
    out: { type: 'string', multiple: true, value: 'FILE', text: 'results: .pkl (TAP-Vid DAVIS), .npz, .csv, .json, or .mp4 (tracks drawn over the video)' },
    'no-video': { type: 'boolean', text: 'leave the video out of a .pkl' },
    project: { type: 'string', value: 'DIR', text: 'keep the project here (default: in the user data folder)' },
    device: { type: 'string', choices: deviceChoices, text: 'what the field is fitted on; auto (default): the fastest that agrees with the reference (bench devices)' },
    threads: { type: 'string', value: 'N', text: 'worker threads (default: the number of cores)' },
    json,
    help,
  },
  examples: [
    ['npx tapline track clip.mp4 --grid 16 --out clip.mp4.tracks.mp4', 'a 16×16 grid, drawn over the video'],
    ['npx tapline track clip.mp4 --queries q.csv --out tracks.pkl --out tracks.json', 'your points, as a TAP-Vid pickle and as JSON'],
    ['npx tapline track frames/ --queries q.csv --preset draft --project clip.tapline', 'a first look at a folder of images, kept as a project'],
  ],
}

export const importSpec: CommandSpec = {
  name: 'import',
  summary: 'Bring a video, or tracks from a file, into a project.',
  positionals: ['FILE|VIDEO'],
  options: {
    project,
    'as': { type: 'string', choices: ['tracks', 'truth'], text: 'tracks: starting tracks (default); truth: ground truth to evaluate against' },
    video: { type: 'string', value: 'NAME', text: 'which video of a file that holds several' },
    json,
    help,
  },
  examples: [
    ['npx tapline import clip.mp4 --project clip.tapline', 'make a project of a video'],
    ['npx tapline import truth.pkl --as truth --project clip.tapline', 'add ground truth to it'],
    ['npx tapline import tracks.csv --project clip.tapline', "add another tool's tracks, as predictions that you can correct"],
  ],
}

export const exportSpec: CommandSpec = {
  name: 'export',
  summary: "Write a project's tracks to files.",
  positionals: [],
  options: {
    project,
    out: { type: 'string', multiple: true, value: 'FILE', text: '.pkl, .npz, .csv, .json or .mp4' },
    format: { type: 'string', choices: outputFormats, text: 'where the extension does not tell: .pkl is davis, .csv is csv' },
    video: { type: 'string', value: 'NAME', text: 'only this video of the project' },
    'no-video': { type: 'boolean', text: 'leave the video out of a .pkl' },
    json,
    help,
  },
  examples: [
    ['npx tapline export --project clip.tapline --out tracks.pkl', 'the TAP-Vid DAVIS form, corrections by hand included'],
    ['npx tapline export --project clip.tapline --out tracks.csv --format csv-long', 'a row for each track and frame, for a spreadsheet'],
  ],
}

export const evaluateSpec: CommandSpec = {
  name: 'evaluate',
  summary: 'Score tracks against ground truth: AJ, δavg, OA, TC as TAP-Vid defines them.',
  positionals: ['TRUTH', '[PREDICTED]'],
  options: {
    mode: { type: 'string', choices: ['first', 'strided'], text: 'queries: first visible frame (default), or every fifth frame' },
    'per-track': { type: 'boolean', text: 'a line for each track, worst first' },
    json,
    help,
  },
  examples: [
    ['npx tapline evaluate truth.pkl tracks.pkl', 'two track files of any format: each video, and their mean'],
    ['npx tapline evaluate truth.pkl clip.tapline', "a project's tracks as they are now"],
    ['npx tapline evaluate clip.tapline --per-track', 'against the ground truth that was imported into the project'],
  ],
}

export const synthSpec: CommandSpec = {
  name: 'synth',
  summary: 'Render scenes whose tracks, visibility, depth and flow are known exactly.',
  positionals: ['[SCENE…]'],
  options: {
    out: { type: 'string', value: 'DIR', text: 'folder to write (default: synth)' },
    seed: { type: 'string', value: 'S', text: 'another layout, texture and motion (default 0)' },
    size: { type: 'string', value: 'WxH', text: 'default 320x240' },
    frames: { type: 'string', value: 'T', text: 'default 40' },
    tracks: { type: 'string', value: 'N', text: 'ground-truth tracks (default 64)' },
    json,
    help,
  },
  examples: [
    ['npx tapline synth parallax --seed 3 --out scenes', 'one scene: frames/, depth/, truth.json, truth.pkl, queries.csv in scenes/parallax'],
    ['npx tapline synth', 'all scenes'],
  ],
}

export const benchSpec: CommandSpec = {
  name: 'bench',
  summary: 'Measure this machine: speed of the engine, or quality on synthetic scenes.',
  positionals: ['[engine|devices|scaling|quality]'],
  options: {
    seconds: { type: 'string', value: 'N', text: 'engine: time to measure (default 20); devices: of each (default 5)' },
    preset: { type: 'string', choices: presetNames, text: 'quality: preset (default standard)' },
    scene: { type: 'string', multiple: true, value: 'NAME', text: 'quality: only these scenes' },
    seed: { type: 'string', value: 'S', text: 'quality: seed of the scenes (default 0)' },
    threads: { type: 'string', value: 'N', text: 'worker threads (default: the number of cores)' },
    json,
    help,
  },
  examples: [
    ['npx tapline bench --json', 'points per second and share of the SIMD peak'],
    ['npx tapline bench devices', 'what fields can be fitted on here, tested against the reference and timed'],
    ['npx tapline bench scaling', 'time and memory over 25, 50, 100, 200 frames'],
    ['npx tapline bench quality', 'AJ on the five scenes beside chained flow'],
  ],
}

export const benchmarkSpec: CommandSpec = {
  name: 'benchmark',
  summary: 'Compare trackers on a data set with truth: scores, time, memory, spread over seeds, as a report.',
  positionals: ['DATASET.pkl|FOLDER|synth'],
  options: {
    methods: { type: 'string', value: 'A,B,…', text: 'default tapline,chained; others: sift, omnimotion, installed networks; tapline:no-depth+B=8 and the like' },
    seeds: { type: 'string', value: 'N', text: 'run each method with seeds 0 to N−1 (default 1)' },
    preset: { type: 'string', choices: presetNames, text: "tapline's preset, and the size of the frames that all see (default standard)" },
    steps: { type: 'string', value: 'N', text: "length of tapline's fit (default: the preset's)" },
    mode: { type: 'string', choices: ['first', 'strided'], text: 'queries: first visible frame (default), or every fifth frame' },
    videos: { type: 'string', value: 'A,B,…', text: 'only these videos' },
    tracks: { type: 'string', value: 'N', text: 'at most so many tracks of each video (synth: default 64)' },
    size: { type: 'string', value: 'WxH', text: 'synth: size of the frames (default 320x240)' },
    frames: { type: 'string', value: 'T', text: 'synth: frames of each scene (default 40)' },
    'scene-seed': { type: 'string', value: 'S', text: 'synth: another layout, texture and motion (default 0)' },
    out: { type: 'string', value: 'DIR', text: 'folder of results and report (default: benchmark); the same command goes on with what is missing' },
    threads: { type: 'string', value: 'N', text: 'worker threads (default: the number of cores)' },
    json,
    help,
  },
  examples: [
    ['npx tapline benchmark synth --preset draft --methods tapline,chained --seeds 2', 'the synthetic scenes, and a report in benchmark/report.html'],
    ['npx tapline benchmark tapvid_davis.pkl --methods tapline,tapline:no-depth,tapline:no-long-term,tapline:affine --out davis', 'ablations on TAP-Vid DAVIS'],
    ['npx tapline benchmark clips/ --methods tapline:learned,chained --videos swan', 'one sequence of a folder, with your installed networks'],
    ['npx tapline benchmark synth:fast,cloth --size 160x120 --frames 20', 'two scenes, small'],
  ],
}

export const modelsSpec: CommandSpec = {
  name: 'models',
  summary: 'Networks that can supervise a run: list, fetch, add, check, remove.',
  positionals: ['list|pull|add|verify|remove', '[NAME|FILE]'],
  options: {
    yes: { type: 'boolean', text: 'pull: you agree to the licence, which is shown' },
    mirror: { type: 'string', value: 'URL', text: "pull: another address of the file, or of a folder (ending in /) that holds it" },
    sha256: { type: 'string', value: 'HEX', text: "pull: the hash that the file must have, in place of the manifest's" },
    role: { type: 'string', choices: modelRoles, text: 'add: what it is for' },
    name: { type: 'string', value: 'NAME', text: "add: its name here (default: the manifest's or the file's)" },
    meaning: { type: 'string', choices: ['distance', 'inverse'], text: 'depth: larger = farther, or larger = nearer' },
    range: { type: 'string', choices: ['bytes', 'unit', 'signed', 'imagenet'], text: 'depth, features: pictures in 0..255, 0..1, −1..1, or with the mean and spread of ImageNet' },
    channels: { type: 'string', choices: ['rgb', 'bgr'], text: 'depth, features: order of colours (default rgb)' },
    output: { type: 'string', value: 'NAME', text: 'depth, features: the output to read (default: the first)' },
    cell: { type: 'string', value: 'N', text: 'depth, features: sides must be multiples of it; the patch size of transformers' },
    json,
    help,
  },
  examples: [
    ['npx tapline models list', 'what is installed, and what is known'],
    ['npx tapline models pull depth-anything-v2-small', 'shows the licence, asks, downloads, checks the hash; goes on after a break'],
    ['npx tapline models add raft.onnx --role flow', 'a file that you have; how it means its numbers is found by a self-test'],
    ['npx tapline models verify', 'compares every file with its hash'],
  ],
}

export const serveSpec: CommandSpec = {
  name: 'serve',
  summary: 'Open the studio in a browser, also from another machine.',
  positionals: [],
  options: {
    port: { type: 'string', value: 'N', text: 'port to listen on (default 0: any free one); pages find their way back to a port that you name' },
    host: { type: 'string', value: 'ADDRESS', text: 'address to listen on (default 127.0.0.1: this machine only)' },
    project: { type: 'string', value: 'DIR', text: 'project to open at once' },
    threads: { type: 'string', value: 'N', text: 'worker threads (default: the number of cores)' },
    json,
    help,
  },
  examples: [
    ['npx tapline serve', 'prints the address to open; Ctrl-C ends it, jobs keep a checkpoint'],
    ['npx tapline serve --project clip.tapline --port 8737', 'one project, at an address that stays the same'],
    ['ssh -L 8737:127.0.0.1:8737 gpu-machine', 'makes that address work in the browser of your own machine'],
  ],
}

export const infoSpec: CommandSpec = {
  name: 'info',
  summary: 'Say what a video, a track file or a project holds.',
  positionals: ['PATH'],
  options: { json, help },
  examples: [
    ['npx tapline info clip.mp4', 'codec, size, frames, times'],
    ['npx tapline info clip.tapline', 'videos, tracks, runs'],
  ],
}
