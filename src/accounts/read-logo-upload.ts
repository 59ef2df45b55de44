import type { RequestHandler } from 'express';
import multer, { MulterError } from 'multer';
import { Refusal } from '../platform/refusal.ts';
import { LARGEST_LOGO_BYTES, TOO_LARGE } from './logo.ts';

const reader = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: 5 * LARGEST_LOGO_BYTES, files: 1, fields: 5, fieldSize: 1000, parts: 6 },
}).single('file');

/**
 * Reads an upload of one picture, named `file`. One that is only somewhat too large is read, so that its form can say so.
 * Errors: Refusal 413 where it is far too large, 400 where it is no upload.
 */
export const readLogoUpload: RequestHandler = (req, res, next) => {
  reader(req, res, (error: unknown) => {
    if (!(error instanceof MulterError)) return next(error);
    if (error.code === 'LIMIT_FILE_SIZE') return next(new Refusal('too-large', 413, TOO_LARGE, { cause: error }));
    next(new Refusal('bad-request', 400, 'This upload could not be read.', { cause: error }));
  });
};
