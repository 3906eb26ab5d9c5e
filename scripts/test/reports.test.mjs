import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { countReports } from '../reports.mjs';

it('counts tests, broken files and missing reports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fsg-reports-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tests = (...statuses) => statuses.map((status, i) => ({ status, fullName: `test ${i}` }));
  const report = {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: tests('passed', 'passed', 'failed', 'skipped'),
      },
      { name: 'b.test.ts', status: 'failed', assertionResults: [], message: 'SyntaxError: oh\nat b' },
      { name: 'c.test.ts', status: 'passed', assertionResults: tests('passed') },
    ],
  };
  writeFileSync(join(folder, 'engine.json'), JSON.stringify(report));
  expect(countReports(folder, ['engine', 'data'])).toEqual({
    passed: 3,
    failed: 3,
    lines: [
      'FAILED engine: test 2',
      'FAILED engine: b.test.ts did not run: SyntaxError: oh',
      'skipped engine: test 3',
      'FAILED data: its tests left no report',
    ],
  });
});
