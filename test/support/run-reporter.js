import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';

const SLOWEST = 10;
/** The title of the test that stands in where no browser is found (test/browser). */
const NO_BROWSER = /no browser found/;

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const shout = (...lines) =>
  `\n${['', ...lines, ''].map((line) => `!! ${line}`.padEnd(78, line ? ' ' : '!')).join('\n')}\n\n`;

/** Says how far a run is, which files took longest and what was left out, beside Jest's own reporter. */
export default class RunReporter {
  #files = 0;
  #done = 0;
  #failed = 0;
  #begun = 0;
  #saidAt = 0;

  onRunStart({ numTotalTestSuites, startTime }) {
    this.#files = numTotalTestSuites;
    this.#begun = startTime;
  }

  /** One line for each tenth of the files. */
  onTestResult(_test, { numFailingTests, testExecError }) {
    this.#done += 1;
    this.#failed += testExecError ? 1 : numFailingTests;
    const tenth = Math.floor((this.#done * 10) / this.#files);
    if (this.#files < 10 || tenth === this.#saidAt) return;
    this.#saidAt = tenth;
    const state = this.#failed > 0 ? `${this.#failed} failed` : 'all passed';
    process.stderr.write(
      `  ${this.#done} of ${this.#files} files, ${seconds(Date.now() - this.#begun)}, ${state} so far\n`,
    );
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults }) {
    countIn(process.env.TEST_COUNTS_FILE, numPassedTests, numFailedTests + numRuntimeErrorTestSuites);
    if (testResults.length >= SLOWEST) process.stderr.write(slowestOf(testResults));
    const titles = testResults.flatMap((file) => file.testResults.map(({ title }) => title));
    if (titles.some((title) => NO_BROWSER.test(title)))
      process.stderr.write(
        shout(
          'NO BROWSER FOUND: the browser story did NOT run.',
          'Install Chromium or Chrome, or name one in CHROMIUM_PATH.',
        ),
      );
  }
}

/** One line with Jest's own counts, so that several runs can be summed up. A file that could not even start is one failure. */
function countIn(file, passed, failed) {
  if (file) appendFileSync(file, `${passed} ${failed}\n`);
}

function slowestOf(files) {
  const took = ({ perfStats }) => perfStats.end - perfStats.start;
  const slowest = [...files].sort((a, b) => took(b) - took(a)).slice(0, SLOWEST);
  const lines = slowest.map(
    (file) => `  ${seconds(took(file)).padStart(8)}  ${relative(process.cwd(), file.testFilePath)}`,
  );
  return `\nThe slowest files:\n${lines.join('\n')}\n`;
}
