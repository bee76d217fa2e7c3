/**
 * What people's keyframes and labels teach the field: pairs of a track's places as corrections, frames in which it is hidden as
 * occlusion evidence. Drawn in every batch, never trimmed. Not here: where paths come from (tracks/guides.ts), weights (curriculum.ts).
 */
import { SampleKind } from '../../engine/backend.ts'
import type { Random } from '../../shared/random.ts'
import type { HumanPath } from './humanPaths.ts'

/** Pairs of frames drawn in a step, and points in each: the place itself and others around it, which move alike. */
const PAIRS = 24
const POINTS = 8
/** Points around the place lie within this, px. */
const AROUND_PX = 1
/** Share of pairs that tie two nodes; the others tie a node to the repaired path. */
const NODE_SHARE = 0.6
/** Weight of a place on the path, which no person set, beside that of a node. */
const PATH_WEIGHT = 0.5

export type AddPoint = (x: number, y: number, targetX: number, targetY: number, kind: number, weight: number) => void

interface Lesson {
  readonly path: HumanPath
  /** Frames of nodes that are seen: where a point may be lifted from. */
  readonly sources: readonly number[]
  /** Frames of other nodes, of the path where it is sure, and hidden ones. */
  readonly nodes: readonly number[]
  readonly others: readonly number[]
}

export class Corrections {
  private readonly lessons: readonly Lesson[]

  constructor(paths: readonly HumanPath[]) {
    this.lessons = paths
      .map(path => {
        const nodes = path.nodes.map(node => node.frame)
        const sources = path.nodes.filter(node => node.seen).map(node => node.frame)
        const others = [...path.seen.keys()].filter(t => !nodes.includes(t) && (path.seen[t] || path.hidden[t]))
        return { path, sources, nodes, others }
      })
      .filter(({ sources, nodes, others }) => sources.length && nodes.length + others.length > 1)
  }

  /** Most points that a batch holds of them. */
  get limit(): number {
    return this.lessons.length ? PAIRS * POINTS : 0
  }

  /** Draws pairs; `begin` starts each group of points. */
  draw(random: Random, begin: (from: number, to: number) => void, add: AddPoint): void {
    for (let pair = 0; pair < PAIRS && this.lessons.length; pair++) {
      const lesson = this.lessons[random.int(this.lessons.length)]
      const ofNodes = !lesson.others.length || (lesson.nodes.length > 1 && random.float() < NODE_SHARE)
      const i = lesson.sources[random.int(lesson.sources.length)]
      const targets = ofNodes ? lesson.nodes.filter(t => t !== i) : lesson.others
      if (!targets.length) continue
      const j = targets[random.int(targets.length)]
      this.drawPair(lesson, i, j, ofNodes, random, begin, add)
    }
  }

  private drawPair({ path, nodes }: Lesson, i: number, j: number, ofNodes: boolean, random: Random, begin: (from: number, to: number) => void, add: AddPoint): void {
    const known = nodes.includes(j)
    const hidden = path.hidden[j] === 1
    // Hidden points are never lifted from: the depth there is of what hides them. Seen places teach both ways.
    const turned = !hidden && random.float() < 0.5
    const [from, to] = turned ? [j, i] : [i, j]
    begin(from, to)
    for (let n = 0; n < POINTS; n++) {
      const ox = n ? (2 * random.float() - 1) * AROUND_PX : 0
      const oy = n ? (2 * random.float() - 1) * AROUND_PX : 0
      const kind = !hidden ? SampleKind.correction : known ? SampleKind.occludedKnown : SampleKind.occluded
      const { positions } = path
      add(positions[from * 2] + ox, positions[from * 2 + 1] + oy, positions[to * 2] + ox, positions[to * 2 + 1] + oy, kind, ofNodes ? 1 : PATH_WEIGHT)
    }
  }
}
