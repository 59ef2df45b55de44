import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { sealAudit } from '../../src/audit/seal-audit.ts';
import { createCustomer } from '../../src/customers/create-customer.ts';
import { createInvoice } from '../../src/invoices/create-invoice.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';

describe.each(ENGINES)('what was written down stays written down on %s', (engine) => {
  let running: TestHouse;
  beforeAll(async () => {
    running = await startHouse({ engine });
    const customer = await createCustomer(
      running.house,
      { number: 'C-1', name: 'Field Ltd', email: 'field@example.test', language: 'en', address: '' },
      { kind: 'system' },
    );
    await createInvoice(
      running.house,
      {
        number: 'INV-1',
        customerId: customer.id,
        currency: 'GBP',
        totalMinor: 1200,
        issuedOn: '2026-01-05',
        dueOn: '2026-02-05',
        orderReference: '',
        note: '',
        lines: [],
      },
      { kind: 'system' },
    );
    await sealAudit(running.house);
  });
  afterAll(() => running.stop());

  test.each(['audit', 'audit_chain', 'journal_entry', 'journal_line'])(
    'nobody changes or deletes a row of %s',
    async (table) => {
      const { db } = running.house;
      const before = await countOf(table);
      expect(before).toBeGreaterThan(0);
      const column = { audit: 'action', audit_chain: 'hash', journal_entry: 'kind', journal_line: 'currency' }[
        table
      ] as string;
      const refused = { message: expect.stringContaining('append-only') };
      await expect(sql`update ${sql.table(table)} set ${sql.ref(column)} = 'EUR'`.execute(db.q)).rejects.toMatchObject(
        refused,
      );
      await expect(sql`delete from ${sql.table(table)}`.execute(db.q)).rejects.toMatchObject(refused);
      expect(await countOf(table)).toBe(before);
    },
  );

  async function countOf(table: string): Promise<number> {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
      running.house.db.q,
    );
    return Number(rows[0]?.n);
  }
});
