import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecryptStringAsyncReturnValue } from 'electron';
import { lifecycle, needsReady } from './lifecycle.ts';
import { ownFolder } from './paths.ts';
import { setting } from './record.ts';
import { strict } from './strict.ts';
import { held, type Main } from './types.ts';

type Backend = ReturnType<Main['safeStorage']['getSelectedStorageBackend']>;

/** The system's keychain, as a file beside the profile: what was encrypted can be read after a restart. */
const key = (): Buffer => {
  const path = join(ownFolder(), 'keychain');
  if (!existsSync(path)) {
    mkdirSync(ownFolder(), { recursive: true });
    writeFileSync(path, randomBytes(32), { mode: 0o600 });
  }
  return readFileSync(path);
};

const needsKeychain = (): void => {
  needsReady('safeStorage cannot be used before app is ready');
  if (setting.keychain === 'none')
    throw new Error('Error while encrypting the text provided to safeStorage. Encryption is not available.');
};

const mark = Buffer.from('stand-in:');

const members = {
  async isAsyncEncryptionAvailable(): Promise<boolean> {
    needsReady('safeStorage cannot be used before app is ready');
    return Promise.resolve(setting.keychain !== 'none');
  },
  async encryptStringAsync(plainText: string): Promise<Buffer> {
    needsKeychain();
    if (typeof plainText !== 'string') throw new TypeError('plainText must be a string');
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key(), iv);
    const body = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
    return Promise.resolve(Buffer.concat([mark, iv, cipher.getAuthTag(), body]));
  },
  async decryptStringAsync(encrypted: Buffer): Promise<DecryptStringAsyncReturnValue> {
    needsKeychain();
    if (!Buffer.isBuffer(encrypted)) throw new TypeError('encrypted must be a Buffer');
    const at = mark.length;
    if (!encrypted.subarray(0, at).equals(mark))
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.');
    const decipher = createDecipheriv('aes-256-gcm', key(), encrypted.subarray(at, at + 12));
    decipher.setAuthTag(encrypted.subarray(at + 12, at + 28));
    const result = Buffer.concat([decipher.update(encrypted.subarray(at + 28)), decipher.final()]).toString('utf8');
    return Promise.resolve({ result, shouldReEncrypt: false });
  },
  setUsePlainTextEncryption(usePlainText: boolean): void {
    needsReady('safeStorage cannot be used before app is ready');
    if (typeof usePlainText !== 'boolean') throw new TypeError('usePlainText must be a boolean');
  },
  getSelectedStorageBackend(): Backend {
    if (!lifecycle.ready) return 'unknown';
    return setting.keychain === 'system' ? 'gnome_libsecret' : 'basic_text';
  },
};

held<typeof members, Main['safeStorage']>();

/** Only the asynchronous half is provided: the other one is deprecated. */
export const safeStorage = strict('safeStorage', members);
