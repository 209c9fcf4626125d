import { createAddressRules } from '../../adapters/http-source/address-rules.js';
import { createHttpFileSource } from '../../adapters/http-source/http-file-source.js';
import type { FileSource } from '../../core/file-source.js';
import type { Config } from '../config.js';

/** Files at addresses of others, as far as the operator has them asked. */
export const openFileSource = ({ pulls }: Pick<Config, 'pulls'>): FileSource =>
  createHttpFileSource({ rules: createAddressRules(pulls), patienceSeconds: pulls.stallSeconds });
