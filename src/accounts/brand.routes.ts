import { type Response, Router } from 'express';
import { paths } from '../paths.ts';
import type { Db } from '../platform/database/database.ts';
import { notFound } from '../platform/refusal.ts';
import { findAccount, findLogo } from './accounts.store.ts';
import { stylesheetOf } from './brand-colour.ts';
import { brandLook } from './brand-look.ts';

const FILE = /^(acc_[0-9a-z]{26})-([0-9a-f]{16})\.(css|png|jpg|webp)$/;

/** What pages in an account's brand load: open to all, and never anything but this account's colour and picture. */
export function brandRoutes({ db }: { db: Db }): Router {
  const router = Router();

  router.get(paths.brandFile(':file'), async (req, res) => {
    const [, accountId = '', hash = '', ending] = FILE.exec(String(req.params.file)) ?? [];
    if (ending === 'css') {
      const account = await findAccount(db, accountId);
      if (!account || brandLook(account).stylesheet !== req.path) throw notFound('file');
      forGood(res).type('css').send(stylesheetOf(account.brand.colour));
      return;
    }
    const logo = ending && (await findLogo(db, { accountId, hash }));
    if (!logo) throw notFound('file');
    forGood(res).type(logo.contentType).send(logo.bytes);
  });

  return router;
}

/** The address names what is in it, so it never changes. */
function forGood(res: Response): Response {
  return res.set('Cache-Control', 'public, max-age=31536000, immutable');
}
