import { fileURLToPath } from 'node:url';
import express, { type Express, type RequestHandler } from 'express';
import { readCompany } from './company/company.store.ts';
import { sameOriginOnly } from './platform/web/csrf.ts';
import { errorHandler, notFoundHandler } from './platform/web/errors.ts';
import { securityHeaders } from './platform/web/headers.ts';
import type { Surroundings } from './platform/web/render.ts';
import { logRequests } from './platform/web/requests.ts';
import type { House } from './wire.ts';

const PUBLIC = fileURLToPath(new URL('../public/', import.meta.url));

/** The whole web side: what is common to all, then customers' pages, then the office behind sign-in. */
export function createApp(house: House): Express {
  const { config, log, renderer } = house;
  const https = config.baseUrl.startsWith('https:');
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.locals.renderer = renderer;

  app.use(logRequests(log), securityHeaders({ https }));
  app.use('/build', express.static(`${PUBLIC}build`, { immutable: true, maxAge: '365d', cacheControl: true }));
  app.use(express.static(PUBLIC, { index: false, maxAge: '1h', dotfiles: 'ignore' }));
  app.use(surround(house));
  // Gateways and health checks: no session, no form, no origin.

  app.use(sameOriginOnly(config.baseUrl));
  // Customers: the link is the right.
  // The office: behind sign-in.

  app.use(notFoundHandler);
  app.use(errorHandler(log));
  return app;
}

/** What every page shows around itself, before anybody has signed in. */
function surround({ db }: House): RequestHandler {
  return async (_req, res, next) => {
    const company = await readCompany(db);
    res.locals.surroundings = { company, timeZone: company.timeZone } satisfies Surroundings;
    next();
  };
}
