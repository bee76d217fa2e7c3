/**
 * The import rules of the house (CONTRIBUTING.md): shared ← engine ← pipeline ← server ← {cli, main}. A violating
 * import of each rule is in test/lint/importRules.test.ts.
 */

const tests = '\\.test\\.tsx?$'

/** Layers, lowest first; each may import itself and those before it. */
const layers = ['shared', 'engine', 'pipeline', 'server']
const tops = ['cli', 'main']

/** Stages of the pipeline in data order; the last two groups are on one level. synth feeds tests, cli and evaluate. */
const stages = [['video'], ['frames'], ['supervision'], ['field'], ['tracks'], ['edits'], ['export', 'evaluate']]

const layerRules = layers.map((layer, level) => ({
  name: `${layer}-imports-downward`,
  comment: `${layer} may import ${layers.slice(0, level + 1).join(', ')} only.`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${layers.slice(0, level + 1).join('|')})/` },
}))

const topRules = tops.map(top => ({
  name: `${top}-imports-downward`,
  comment: `${top} may import ${layers.join(', ')} and itself only.`,
  severity: 'error',
  from: { path: `^src/${top}/` },
  to: { path: '^src/', pathNot: `^src/(${[...layers, top].join('|')})/` },
}))

const stageRules = stages.flatMap((group, level) =>
  group.map(stage => {
    const earlier = stages.slice(0, level).flat()
    const allowed = [...earlier, stage, ...(stage === 'evaluate' ? ['export', 'synth'] : [])]
    return {
      name: `${stage}-imports-earlier-stages`,
      comment: `pipeline/${stage} may import ${allowed.join(', ')} only: folder order is data order.`,
      severity: 'error',
      from: { path: `^src/pipeline/${stage}/`, pathNot: tests },
      to: { path: '^src/pipeline/', pathNot: `^src/pipeline/(${allowed.join('|')})/` },
    }
  }),
)

/** Packages that one place alone may see, so that another can take their part there. */
const owners = [
  { name: 'sql-in-db-only', packages: 'better-sqlite3', path: '^src/server/db/' },
  { name: 'codecs-in-decode-only', packages: 'sharp|node-av', path: '^src/server/decode/' },
  { name: 'onnxruntime-in-models-only', packages: 'onnxruntime-.+', path: '^src/server/models/' },
  { name: 'react-in-renderer-only', packages: 'react|react-dom', path: '^src/renderer/' },
  { name: 'electron-in-main-and-preload-only', packages: 'electron', path: '^src/(main|preload)/' },
]

const ownerRules = owners.map(({ name, packages, path }) => ({
  name,
  comment: `Only ${path.slice(1)} imports ${packages.replaceAll('|', ', ')}.`,
  severity: 'error',
  from: { path: '^src/', pathNot: [path, tests] },
  to: { path: `(^|node_modules/)(@types/)?(${packages})(/|$)`, pathNot: '^src/' },
}))

module.exports = {
  forbidden: [
    ...layerRules,
    ...topRules,
    ...stageRules,
    {
      name: 'synth-imports-no-measured-stage',
      comment: 'pipeline/synth makes clips with known truth: it must not lean on the stages that are measured with it.',
      severity: 'error',
      from: { path: '^src/pipeline/synth/', pathNot: tests },
      to: { path: '^src/pipeline/', pathNot: '^src/pipeline/(synth|video|frames)/' },
    },
    {
      name: 'preload-imports-the-contract',
      comment: 'preload may import shared only.',
      severity: 'error',
      from: { path: '^src/preload/' },
      to: { path: '^src/', pathNot: '^src/(preload|shared)/' },
    },
    {
      name: 'renderer-imports-pure-parts',
      comment: 'renderer may import shared, pipeline/edits and pipeline/tracks only.',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/', pathNot: '^src/(renderer|shared|pipeline/(edits|tracks))/' },
    },
    {
      name: 'renderer-reaches-no-node',
      comment: 'What the renderer imports, directly or not, must run in a browser.',
      severity: 'error',
      from: { path: '^src/(renderer|preload)/', pathNot: tests },
      to: { path: '^(src/(engine|server|cli|main)/|node_modules/(better-sqlite3|sharp|node-av)/)', reachable: true },
    },
    {
      name: 'browser-code-uses-no-node-module',
      comment: 'shared, renderer and pipeline/edits run in a browser too.',
      severity: 'error',
      from: { path: '^src/(shared|renderer|preload|pipeline/edits)/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one module, or want a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-import-of-tests',
      comment: 'Product code imports neither tests nor their builders.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: `^test/|${tests}` },
    },
    {
      name: 'no-missing-module',
      comment: 'An import that resolves to nothing.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...ownerRules,
    {
      name: 'no-undeclared-package',
      comment: 'Product code imports packages that package.json lists as dependencies; Electron and types come otherwise.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/(electron|@types)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // AssemblyScript has a language of its own; its modules are compiled, never imported.
    exclude: { path: '^src/engine/wasm/assembly/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.d.ts'], conditionNames: ['import', 'types', 'node', 'default'], exportsFields: ['exports'] },
  },
}
