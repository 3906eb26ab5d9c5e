import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Sums up vitest's JSON reports, one a package. A test file that broke before its tests and a package without a report
 * count as one failure each. `lines` names what failed and what was skipped.
 */
export function countReports(folder, packages) {
  const counts = packages.map((name) => countPackage(join(folder, `${name}.json`), name));
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), lines: counts.flatMap(({ lines }) => lines) };
}

function countPackage(file, name) {
  if (!existsSync(file)) return { passed: 0, failed: 1, lines: [`FAILED ${name}: its tests left no report`] };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const tests = report.testResults.flatMap((result) => result.assertionResults);
  const broken = report.testResults.filter((result) => result.status === 'failed' && !hasFailure(result));
  const of = (status) => tests.filter((test) => test.status === status);
  const skipped = tests.filter((test) => !['passed', 'failed'].includes(test.status));
  return {
    passed: of('passed').length,
    failed: of('failed').length + broken.length,
    lines: [
      ...of('failed').map((test) => `FAILED ${name}: ${test.fullName}`),
      ...broken.map(
        (result) => `FAILED ${name}: ${result.name} did not run: ${result.message.split('\n')[0]}`,
      ),
      ...skipped.map((test) => `skipped ${name}: ${test.fullName}`),
    ],
  };
}

const hasFailure = (result) => result.assertionResults.some((test) => test.status === 'failed');
