import { mediaStream } from '../../domain/media/media.js';
import type { Storage } from './open-storage.js';

/** Makes unreadable for good what people wrote of an item, wherever that is kept but in views. Repeating is harmless. */
export const createEraseItem =
  ({ erase, ledger }: Pick<Storage, 'erase' | 'ledger'>) =>
  async (mediaId: string): Promise<void> => {
    await erase(mediaStream(mediaId));
    await ledger.erase(mediaId);
  };
