import type { Request, Response } from 'express';
import type { SignedIn } from '../permissions.ts';
import type { Actor } from './record.ts';

/** The person signed in, as the actor of a deed. Errors: none is signed in, which the office's middleware rules out. */
export function actorOf(req: Request, res: Response): Actor & { kind: 'person'; id: string } {
  const person = res.locals.person as SignedIn | undefined;
  if (!person) throw new Error('nobody is signed in');
  return { kind: 'person', id: person.id, ip: req.ip, requestId: res.locals.requestId };
}
