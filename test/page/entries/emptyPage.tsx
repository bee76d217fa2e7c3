/** Nothing but the stores over the fake: the harness's own test. */
import { mountPage } from '../mountPage.tsx'

void mountPage(<main aria-label="Nothing" />)
