/** The password of the window: what is kept of it, and how one that is given is held against that. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What is kept: never the password. */
export const keptPassword = z.object({
  salt: z.string(),
  hash: z.string(),
  cost: z
    .int()
    .min(2 ** 14)
    .max(2 ** 20),
});
export type KeptPassword = z.infer<typeof keptPassword>;

/** 64 MiB and a tenth of a second for each try. */
const cost = 2 ** 16;
const block = 8;
const length = 32;

const derive = (password: string, salt: string, n: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // The same characters are written in several ways by different keyboards.
    const text = password.normalize('NFKC');
    const options = { N: n, r: block, p: 1, maxmem: 256 * n * block };
    scrypt(text, Buffer.from(salt, 'base64url'), length, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });

/** What the profile stores of a new password. `n`: the work of each try, 2 ** 14 to 2 ** 20. */
export const keepPassword = async (password: string, n = cost): Promise<KeptPassword> => {
  const salt = randomBytes(16).toString('base64url');
  return { salt, cost: n, hash: (await derive(password, salt, n)).toString('base64url') };
};

/** Whether a password is the one that is kept; takes the same time for each. */
export const isPassword = async (password: string, kept: KeptPassword): Promise<boolean> => {
  const given = await derive(password, kept.salt, kept.cost);
  const right = Buffer.from(kept.hash, 'base64url');
  return given.length === right.length && timingSafeEqual(given, right);
};
