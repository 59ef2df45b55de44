import type { Request, RequestHandler } from 'express';
import multer, { MulterError } from 'multer';
import { Refusal } from '../platform/refusal.ts';

export const LARGEST_FILE_BYTES = 10 * 1024 * 1024;

const reader = multer({
  storage: multer.memoryStorage(),
  defParamCharset: 'utf8',
  limits: { fileSize: LARGEST_FILE_BYTES, files: 1, fields: 5, fieldSize: 1000, parts: 6 },
}).single('file');

/**
 * Reads an upload of one file, named `file`. Errors: Refusal 413 where it is too large, 400 where the request is no
 * such upload.
 */
export const readUpload: RequestHandler = (req, res, next) => {
  reader(req, res, (error: unknown) => {
    if (!(error instanceof MulterError)) return next(error);
    if (error.code !== 'LIMIT_FILE_SIZE') {
      return next(new Refusal('bad-request', 400, 'This upload could not be read.', { cause: error }));
    }
    next(
      new Refusal('too-large', 413, 'This file is larger than 10 MB. Split it into several files.', { cause: error }),
    );
  });
};

/** The file sent, if one was chosen. */
export function uploadOf(req: Request): { name: string; bytes: Uint8Array } | undefined {
  return req.file ? { name: req.file.originalname, bytes: req.file.buffer } : undefined;
}
