/** Head of the list of tracks: how many, search, filter, sort. */
import { ArrowDownUp, Search, X } from 'lucide-react'
import { Button } from '../chrome/Button.tsx'
import { IconButton } from '../chrome/IconButton.tsx'
import { Select } from '../chrome/Select.tsx'
import { useView } from '../state/viewStore.ts'
import { useReview } from './reviewStore.ts'
import { useTrackList } from './trackListStore.ts'
import { trackFilters, trackSorts, type TrackFilter, type TrackSort } from './trackOrder.ts'
import { inThousands } from './wording.ts'

const filters = (Object.keys(trackFilters) as TrackFilter[]).map(value => ({ value, label: trackFilters[value] }))
const sorts = (Object.keys(trackSorts) as TrackSort[]).map(value => ({ value, label: trackSorts[value] }))

export function TrackListHead({ shown, total }: { readonly shown: number; readonly total: number }) {
  const { search, filter, sort, reversed } = useTrackList()
  const hasReview = useReview(review => review.reference !== null)
  const solo = useView(view => view.solo)
  return (
    <header className="track-head">
      <div className="track-title">
        <h2>Tracks</h2>
        <span className="secondary" role="status">
          {total > 0 && (shown === total ? inThousands(total) : `${inThousands(shown)} of ${inThousands(total)}`)}
        </span>
        {solo && (
          <Button kind="quiet" icon={X} className="leave-solo" label="Leave solo" hint="Only selected tracks are shown; click to show all" onClick={() => useView.setState({ solo: false })}>
            Solo
          </Button>
        )}
      </div>
      <div className="track-search">
        <Search size={14} aria-hidden />
        <input className="input" type="search" aria-label="Search tracks" placeholder="Search" value={search} spellCheck={false}
          onChange={event => useTrackList.setState({ search: event.target.value })} />
      </div>
      <div className="track-choices">
        <Select bare label="Filter tracks" value={filter} options={filters} onChange={value => useTrackList.setState({ filter: value })} />
        <Select bare label="Sort tracks" value={sort} options={sorts.filter(({ value }) => value !== 'review' || hasReview || sort === 'review')}
          onChange={value => useTrackList.setState({ sort: value })} />
        <IconButton icon={ArrowDownUp} size={14} label="Reverse the order" pressed={reversed} onClick={() => useTrackList.setState({ reversed: !reversed })} />
      </div>
    </header>
  )
}
