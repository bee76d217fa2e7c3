/**
 * Figures of the paper (Track Everything Everywhere Fast and Robustly, ECCV 2024, arXiv 2403.17931), quoted beside ours for orientation.
 * They are its authors' measurements, on other data, and never ours.
 */

export interface QuotedTable {
  readonly title: string
  /** What they were measured on. */
  readonly data: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export const quotedTables: readonly QuotedTable[] = [
  {
    title: 'Methods',
    data: 'TAP-Vid DAVIS, 256×256',
    columns: ['method', 'AJ', 'δavg', 'OA', 'TC'],
    rows: [
      ['CoTracker (feed-forward)', '65.1', '79.0', '89.4', '0.93'],
      ['TAPIR (feed-forward)', '59.8', '72.3', '87.6', '–'],
      ['OmniMotion (optimisation)', '51.7', '67.5', '85.3', '0.74'],
      ['the paper’s own method', '59.4', '77.4', '85.9', '0.68'],
    ],
  },
  {
    title: 'Its method without its parts',
    data: 'a subset of TAP-Vid DAVIS, 256×256',
    columns: ['variant', 'AJ', 'δavg', 'OA', 'TC'],
    rows: [
      ['full', '48.6', '65.7', '80.1', '1.14'],
      ['no depth', '42.0', '56.8', '73.3', '1.42'],
      ['no long-term matches', '45.6', '61.3', '75.5', '1.32'],
      ['affine coupling in place of CaDeX++', '48.2', '65.4', '80.1', '0.97'],
    ],
  },
  {
    title: 'Flow inconsistency',
    data: 'two clips; its definition may differ from ours',
    columns: ['clip', 'the paper’s own method', 'CoTracker'],
    rows: [
      ['car-turn', '14.9', '40.3'],
      ['plane', '12.8', '32.5'],
    ],
  },
]
