import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { SYSTEM } from '../audit/record.ts';
import { paths } from '../paths.ts';
import { systemClock } from '../platform/clock.ts';
import { loadConfig } from '../platform/config.ts';
import { createLogger } from '../platform/logger.ts';
import { Refusal } from '../platform/refusal.ts';
import { createPerson } from '../staff/create-person.ts';
import { issuePersonToken } from '../staff/issue-person-token.ts';
import { passwordFault } from '../staff/password.ts';
import { type Person, stateOf } from '../staff/person.ts';
import { setPasswordByToken } from '../staff/set-password-by-token.ts';
import { findByEmail } from '../staff/staff.store.ts';
import { sentenceFor } from '../start-faults.ts';
import { type House, openHouse } from '../wire.ts';

const USAGE = `Makes the first administrator, or lets one back in who has lost the password.

  npm run create-admin -- --email ada@example.com --name "Ada Example"

Prints a link to choose a password: it works once, for seven days (one hour for somebody who has a password already).
With --password-stdin the password is read from standard input instead and no link is printed:

  npm run create-admin -- --email ada@example.com --name "Ada Example" --password-stdin < password.txt`;

/** Errors: ConfigFaults; Refusal with the sentence to print. */
async function createAdmin(): Promise<string> {
  const { values } = parseArgs({
    options: {
      email: { type: 'string' },
      name: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || !values.email) return USAGE;
  const config = loadConfig(process.env);
  const password = values['password-stdin'] ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
  const fault = password === undefined ? undefined : passwordFault(password, values.email);
  if (fault) throw new Refusal('password-weak', 422, `This password cannot be taken. ${fault}`);

  const house = await openHouse(config, { clock: systemClock, log: createLogger('warn') });
  try {
    return await letIn(house, values.email, values.name, password);
  } finally {
    await house.db.close();
  }
}

async function letIn(
  house: House,
  email: string,
  name: string | undefined,
  password: string | undefined,
): Promise<string> {
  const person = await adminOf(house, email, name);
  const kind = stateOf(person) === 'invited' ? 'invite' : 'reset';
  const token = await issuePersonToken(house, person.id, kind);
  if (password !== undefined) {
    await setPasswordByToken(house, kind, { token, password }, {});
    return `${person.name} can sign in as administrator at ${house.config.baseUrl}${paths.signIn()}`;
  }
  const link = house.config.baseUrl + (kind === 'invite' ? paths.welcome(token) : paths.reset(token));
  const life = kind === 'invite' ? 'seven days' : 'one hour';
  return `${person.name} can choose a password here, once, within ${life}:\n\n  ${link}\n`;
}

async function adminOf(house: House, email: string, name: string | undefined): Promise<Person> {
  const found = await findByEmail(house.db, email);
  if (!found) {
    if (!name) throw new Refusal('name-missing', 422, 'Nobody has this e-mail address yet: give a name with --name.');
    return createPerson(house, { email, name, role: 'admin' }, SYSTEM);
  }
  const { person } = found;
  if (person.disabledAt || person.role !== 'admin') {
    throw new Refusal(
      'not-an-admin',
      409,
      `${person.name} has this address and is ${person.disabledAt ? 'disabled' : `no administrator but ${person.role}`}. Use another address, or let an administrator change that in the portal.`,
    );
  }
  return person;
}

try {
  console.log(await createAdmin());
} catch (error) {
  const wrongArguments = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(wrongArguments ? `${(error as Error).message}\n\n${USAGE}` : sentenceFor(error));
  process.exitCode = 1;
}
