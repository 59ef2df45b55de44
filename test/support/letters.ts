import type { TestHouse } from './house.ts';

/** The newest letter to an address, as it would be read; undefined when there is none. */
export async function letterTo(
  { house }: TestHouse,
  email: string,
): Promise<{ subject: string; text: string } | undefined> {
  const row = await house.db.read
    .selectFrom('letter')
    .select(['subject', 'body_text'])
    .where('to_addresses', '=', JSON.stringify([email]))
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return row && { subject: row.subject, text: row.body_text };
}

/** The path of the first link in a letter that leads to this portal. */
export function pathIn(portal: TestHouse, text: string): string {
  const start = text.indexOf(`${portal.url}/`);
  if (start < 0) throw new Error(`no link of ours in: ${text}`);
  return (text.slice(start + portal.url.length).split(/[\s<>"]/)[0] ?? '').trim();
}
