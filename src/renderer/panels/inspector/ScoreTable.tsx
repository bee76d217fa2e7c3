/** The scores of a review: AJ, δ average, OA, temporal coherence, and what stands behind them at each threshold. */
import type { ReviewScores } from '../../../shared/studio/review.ts'
import { score } from '../wording.ts'

const thresholds = [1, 2, 4, 8, 16] as const

export function ScoreTable({ scores }: { readonly scores: ReviewScores }) {
  const { aj, deltaAvg, oa, tc, jaccard, delta } = scores
  return (
    <>
      <dl className="scores">
        <Score name="AJ" hint="Average Jaccard: position and visibility together, higher is better" value={score(aj)} />
        <Score name="δ avg" hint="Share of positions within 1, 2, 4, 8, 16 px, averaged" value={score(deltaAvg)} />
        <Score name="OA" hint="Occlusion accuracy: share of frames whose visibility agrees" value={score(oa)} />
        <Score name="TC" hint="Temporal coherence, px at 256 × 256: lower is better" value={Number.isFinite(tc) ? tc.toFixed(2) : '–'} />
      </dl>
      <table className="thresholds">
        <caption className="secondary">Within px at 256 × 256</caption>
        <thead>
          <tr>
            <td />
            {thresholds.map(px => (
              <th key={px} scope="col">
                {px}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">δ</th>
            {thresholds.map((px, at) => (
              <td key={px}>{score(delta[at])}</td>
            ))}
          </tr>
          <tr>
            <th scope="row">Jaccard</th>
            {thresholds.map((px, at) => (
              <td key={px}>{score(jaccard[at])}</td>
            ))}
          </tr>
        </tbody>
      </table>
    </>
  )
}

function Score({ name, hint, value }: { readonly name: string; readonly hint: string; readonly value: string }) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
