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

/** Columns that say little: by them alone, a million rows are one of a handful of heaps. */
const FEW_VALUES = new Set(
  'kind state word ledger_account currency account_id review_state method channel meaning actor_kind action'.split(' '),
);

interface Step {
  id: number;
  parent: number;
  detail: string;
}

/** Reads of a long table from its first row to its last, by an index made for this one read, or of a heap for each row. */
function slowSteps(plan: readonly Step[]): string[] {
  // A part of a statement may be named like the table that it reads.
  const parts = new Set(plan.flatMap(({ detail }) => /^(?:CO-ROUTINE|MATERIALIZE) (\w+)/.exec(detail)?.[1] ?? []));
  const isLong = (table: string) => LONG.has(table) && !parts.has(table);
  return plan
    .filter((step) => {
      const [, way, table = ''] = /^(SCAN|SEARCH) (\w+)/.exec(step.detail) ?? [];
      if (step.detail.includes('AUTOMATIC')) return true;
      if (way === 'SCAN') return isLong(table) && !/ USING (COVERING )?INDEX /.test(step.detail);
      return way === 'SEARCH' && isLong(table) && isForEachRow(step, plan) && isByHeap(step.detail);
    })
    .map((step) => step.detail);
}

/** Done again for each row of what stands before it, or of the statement around it. */
function isForEachRow(step: Step, plan: readonly Step[]): boolean {
  const around = plan.find((one) => one.id === step.parent);
  const isLater = plan.some(
    (one) => one.parent === step.parent && one.id < step.id && /^(SCAN|SEARCH) /.test(one.detail),
  );
  return isLater || (around?.detail.startsWith('CORRELATED') ?? false);
}

function isByHeap(detail: string): boolean {
  const asked = /\(([^()]*)\)(?: LEFT-JOIN)?$/.exec(detail)?.[1]?.split(' AND ') ?? [];
  const columns = asked.flatMap((one) => /^(\w+)=\?|^(word)[<>]/.exec(one)?.slice(1) ?? 'else').filter(Boolean);
  return columns.length > 0 && columns.every((column) => FEW_VALUES.has(column as string));
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
      const plan = file.prepare<unknown[], Step>(`explain query plan ${text}`).all(...given);
      const steps = slowSteps(plan);
      return steps.length > 0 ? [{ path, steps, text: text.replace(/\s+/g, ' ').slice(0, 300) }] : [];
    });
    file.close();
    expect(statements.size).toBeGreaterThan(100);
    expect(slow).toEqual([]);
  });
});
