import { describe, expect, test } from '@jest/globals';
import pg from 'pg';

const server = process.env.TEST_POSTGRES_URL;

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('there is a server, or a reason why there is none', () => {
  expect(server ?? process.env.TEST_POSTGRES_SKIP).toBeTruthy();
});

(server ? describe : describe.skip)('the PostgreSQL server of the test run', () => {
  const url = server as string;

  test('answers a query', async () => {
    expect(await query(url, "select 6 * 7 as answer, current_setting('server_encoding') as encoding")).toEqual([
      { answer: 42, encoding: 'UTF8' },
    ]);
  });

  test('keeps two databases apart', async () => {
    const names = [1, 2].map((number) => `support_${process.pid}_${number}`);
    try {
      for (const name of names) {
        await query(url, `create database ${name}`);
        const own = new URL(url);
        own.pathname = `/${name}`;
        await query(own.href, `create table only_here as select '${name}' as name`);
        expect(await query(own.href, 'select name from only_here')).toEqual([{ name }]);
      }
    } finally {
      for (const name of names) await query(url, `drop database if exists ${name} with (force)`);
    }
  });
});
