// What a vitest run comes to, from its JSON report: the numbers and the names that `npm test` closes with.

/**
 * `files`: testResults of the report, or null when there is none; `status`: vitest's exit code. Whatever fails without
 * a failed test counts as one: a file that cannot be loaded, an error outside tests, a run that was cut short.
 */
export function totals(files, status, nameOf = path => path) {
  const sum = { passed: 0, failed: 0, skipped: [] }
  for (const { name, status: fileStatus, assertionResults } of files ?? []) {
    for (const test of assertionResults)
      if (test.status === 'passed') sum.passed++
      else if (test.status === 'failed') sum.failed++
      else sum.skipped.push(`${nameOf(name)}: ${test.fullName}`)
    if (fileStatus === 'failed' && !assertionResults.some(test => test.status === 'failed')) sum.failed++
  }
  if ((status !== 0 || !files) && sum.failed === 0) sum.failed = 1
  return sum
}
