import { appendFileSync } from 'node:fs';

/**
 * Adds one line with Jest's own counts to the file that TEST_COUNTS_FILE names, so that several runs can be summed up. A
 * suite that could not even start counts as one failure.
 */
export default class CountReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const file = process.env['TEST_COUNTS_FILE'];
    if (file) appendFileSync(file, `${numPassedTests} ${numFailedTests + numRuntimeErrorTestSuites}\n`);
  }
}
