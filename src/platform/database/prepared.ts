import type { CompiledQuery, Kysely } from 'kysely';
import type { Db, Dialect } from './database.ts';
import type { Tables } from './tables.ts';

interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
}

/**
 * A read whose SQL is built once per engine instead of at every request, for pages that many people open:
 * building costs more than SQLite's answer. `make` writes the query with `given` as its values; each stands for one
 * parameter, so lists and conditions on a value do not work here; a `limit` makes SQLite plan the query anew each time.
 */
export function prepared<Given extends Record<string, string | number>, Row>(
  make: (read: Kysely<Tables>, given: Given) => Compilable<Row>,
): (db: Db, given: Given) => Promise<Row[]> {
  const compiled = new Map<Dialect, CompiledQuery<Row>>();
  return async (db, given) => {
    let query = compiled.get(db.dialect);
    if (!query) {
      query = make(db.read, places<Given>()).compile();
      compiled.set(db.dialect, query);
    }
    const parameters = query.parameters.map((value) => (value instanceof Place ? given[value.name] : value));
    return db.rows({ ...query, parameters });
  };
}

/** Where a value will stand. */
class Place {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

function places<Given>(): Given {
  return new Proxy({}, { get: (_target, name) => new Place(String(name)) }) as Given;
}
