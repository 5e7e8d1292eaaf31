/** What the system encrypts with. */
import { safeStorage } from 'electron';
import type { Cipher } from '../app/app-vault.ts';

/** How what was sealed on Linux begins where no keyring gave a key, and one was used that everyone knows. */
const knownKey = Buffer.from('v10');

const onLinux = process.platform === 'linux';

/** Once the app is ready. */
export const systemCipher: Cipher = {
  strength: () => (onLinux && safeStorage.getSelectedStorageBackend() === 'basic_text' ? 'basic' : 'system'),
  useBasic: () => {
    if (onLinux && safeStorage.getSelectedStorageBackend() === 'basic_text')
      safeStorage.setUsePlainTextEncryption(true);
  },
  available: () => safeStorage.isAsyncEncryptionAvailable(),
  seal: async (secret) => {
    const sealed = await safeStorage.encryptStringAsync(secret);
    return { sealed, basic: onLinux && sealed.subarray(0, knownKey.length).equals(knownKey) };
  },
  open: async (sealed) => {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(sealed);
    return { secret: result, stale: shouldReEncrypt };
  },
};
