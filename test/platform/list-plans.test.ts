import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { PAGES } from '../../scripts/bench-pages.mjs';
import { startHouse, type TestHouse } from '../support/house.ts';
import { signIn } from '../support/sign-in.ts';

/** Tables that grow with every payment, and the short names that statements give them. */
const LONG = new Set(
  (
    'allocation attempt audit case_file credit_note customer deposit dispute dispute_part gateway_movement invoice ' +
    'journal_entry journal_line letter link link_payable link_visit payable payment payment_payable receipt refund refund_line ' +
    'search_word entry line tie w a l lp lm p r e part tried'
  ).split(' '),
);

/** Reads of a long table from its first row to its last, or by an index made for this one read. */
function slowSteps(plan: readonly string[]): string[] {
  // A part of a statement may be named like the table that it reads.
  const parts = new Set(plan.flatMap((step) => /^(?:CO-ROUTINE|MATERIALIZE) (\w+)/.exec(step)?.[1] ?? []));
  return plan.filter((step) => {
    const table = /^SCAN (\w+)/.exec(step)?.[1] ?? '';
    if (LONG.has(table) && !parts.has(table) && !/ USING (COVERING )?INDEX /.test(step)) return true;
    return step.includes('AUTOMATIC');
  });
}

describe('the lists of the office on SQLite, which keeps no statistics', () => {
  let portal: TestHouse;
  const statements = new Map<string, string>();
  const { prepare } = Sqlite.prototype;
  let page = '';

  beforeAll(async () => {
    portal = await startHouse();
    const browser = await signIn(portal, 'admin');
    Sqlite.prototype.prepare = function (this: Sqlite.Database, text: string) {
      if (/^\s*(select|with)\b/i.test(text) && !statements.has(text)) statements.set(text, page);
      return prepare.call(this, text);
    } as typeof prepare;
    for (const [, path] of PAGES) {
      page = path;
      await browser.get(path);
    }
  });
  afterAll(() => {
    Sqlite.prototype.prepare = prepare;
    return portal.stop();
  });

  test('no page reads a long table from end to end', () => {
    const file = new Sqlite(portal.house.config.databaseUrl.slice('sqlite:'.length), { readonly: true });
    const slow = [...statements].flatMap(([text, path]) => {
      const given = Array(text.match(/\?/g)?.length ?? 0).fill('x');
      const plan = file.prepare<unknown[], { detail: string }>(`explain query plan ${text}`).all(...given);
      const steps = slowSteps(plan.map((row) => row.detail));
      return steps.length > 0 ? [{ path, steps, text: text.replace(/\s+/g, ' ').slice(0, 300) }] : [];
    });
    file.close();
    expect(statements.size).toBeGreaterThan(100);
    expect(slow).toEqual([]);
  });
});
