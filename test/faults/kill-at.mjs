// Preloaded into a portal (node --import): kills it with SIGKILL at the n-th boundary after the first request has
// come in. A boundary is: before and after each commit, before each call to the gateway and after each answer of it.
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import Sqlite from 'better-sqlite3';
import pg from 'pg';

const killAt = Number(process.env.KILL_AT);
let active = false;
let passed = 0;

function boundary(name) {
  if (!active) return;
  passed += 1;
  if (passed === killAt) {
    process.stderr.write(`killed at ${killAt}: ${name}\n`);
    process.kill(process.pid, 'SIGKILL');
    for (;;); // The signal arrives at once; nothing may run after it.
  }
}

const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (event, ...rest) {
  if (event === 'request') active = true;
  return emit.call(this, event, ...rest);
};

const request = http.request;
http.request = (...args) => {
  boundary('before a call to the gateway');
  const made = request(...args);
  made.prependOnceListener('response', () => boundary('after an answer of the gateway'));
  return made;
};
syncBuiltinESMExports();

const WRITES = /^\s*(commit|insert|update|delete)/i;
const prepare = Sqlite.prototype.prepare;
Sqlite.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  if (!WRITES.test(sql)) return statement;
  for (const deed of ['run', 'all']) {
    const original = statement[deed].bind(statement);
    statement[deed] = (...args) => {
      const commits = /^\s*commit/i.test(sql) || !this.inTransaction;
      if (commits) boundary(`before ${sql.slice(0, 40)}`);
      const result = original(...args);
      if (commits) boundary(`after ${sql.slice(0, 40)}`);
      return result;
    };
  }
  return statement;
};

const query = pg.Client.prototype.query;
pg.Client.prototype.query = async function (...args) {
  const sql = typeof args[0] === 'string' ? args[0] : args[0]?.text;
  const commits = /^\s*commit/i.test(sql ?? '');
  if (commits) boundary('before commit');
  const result = await query.apply(this, args);
  if (commits) boundary('after commit');
  return result;
};
