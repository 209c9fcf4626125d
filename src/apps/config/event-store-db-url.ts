import { z } from 'zod';

/** What the client reads of a connection string, in the letters that it compares them in. Others it would tell the console, with the password. */
const OPTIONS = [
  ...[
    'tls',
    'tlscafile',
    'usercertfile',
    'userkeyfile',
    'connectionname',
    'nodepreference',
    'defaultdeadline',
  ],
  ...['maxdiscoverattempts', 'discoveryinterval', 'gossiptimeout', 'keepaliveinterval', 'keepalivetimeout'],
];
/** `esdb://user:password@host:2113,host?option=value&…` */
const FORM = /^esdb(\+discover)?:\/\/([^:@/]+:[^@/]+@)?[\w.-]+(:\d+)?(,[\w.-]+(:\d+)?)*\/?(\?[^?]*)?$/;

const optionsOf = (url: string): string[] =>
  (url.split('?')[1] ?? '').split('&').flatMap((option) => {
    const name = option.split('=')[0]?.toLowerCase().replaceAll(/[_-]/g, '');
    return name ? [name] : [];
  });

/** Checked for what the client would get wrong; nothing of it is told, since a password is in it. */
export const eventStoreDbUrl = z
  .string()
  .regex(FORM, 'has to be like esdb://user:password@host:2113?tls=true')
  .refine((url) => optionsOf(url).every((name) => OPTIONS.includes(name)), {
    error: `has an option that is none of ${OPTIONS.join(', ')}`,
  });
