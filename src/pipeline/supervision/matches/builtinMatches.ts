/** The match provider that needs no weights: SIFT features. Not here: matching them (pairedMatches.ts), the features (engine/features). */
import type { MatchProvider } from '../supervision.ts'
import { pairedMatches } from './pairedMatches.ts'

/** Raised when what is computed changes: cached matches of other versions are not read. */
const METHOD_VERSION = 1

export function builtinMatches(): MatchProvider {
  return pairedMatches(`sift-${METHOD_VERSION}`, null)
}
