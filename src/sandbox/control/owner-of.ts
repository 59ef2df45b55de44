import type { SandboxParts } from '../sandbox.ts';

/** The account in whose books something stands. Errors: nothing has that id. */
export function ownerOf(sandbox: SandboxParts, id: string) {
  const row = sandbox.ledger.prepare('SELECT account FROM objects WHERE id = ?').get(id) as
    | { account: string }
    | undefined;
  const account = sandbox.accounts.find((candidate) => candidate.id === row?.account);
  if (!account) throw new Error(`Nothing here has the id ${id}.`);
  return account;
}
