/** Time left, as honest as an estimate is: coarser the longer it takes. Empty where nobody knows. */
export function remaining(etaS: number | null): string {
  if (etaS === null || !Number.isFinite(etaS) || etaS < 0) return ''
  if (etaS < 10) return 'a few seconds left'
  if (etaS < 55) return `${Math.ceil(etaS / 5) * 5} s left`
  if (etaS < 3570) return `${Math.max(1, Math.round(etaS / 60))} min left`
  const hours = Math.floor(etaS / 3600)
  const minutes = Math.round((etaS / 60 - hours * 60) / 10) * 10
  return minutes === 60 ? `${hours + 1} h left` : minutes ? `${hours} h ${minutes} min left` : `${hours} h left`
}
