import { SPEECH_SAMPLES_A_SECOND } from '../../core/inference/sound-pieces.js';

const HEADER_BYTES = 44;
const SAMPLE_BYTES = 2;

/** A piece of sound as a file that every server takes: mono, 16 bits, uncompressed. */
export function wavFile(samples: Float32Array): Buffer<ArrayBuffer> {
  const dataBytes = samples.length * SAMPLE_BYTES;
  const file = Buffer.alloc(HEADER_BYTES + dataBytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(SPEECH_SAMPLES_A_SECOND, 24);
  file.writeUInt32LE(SPEECH_SAMPLES_A_SECOND * SAMPLE_BYTES, 28);
  file.writeUInt16LE(SAMPLE_BYTES, 32);
  file.writeUInt16LE(SAMPLE_BYTES * 8, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  for (const [index, sample] of samples.entries())
    file.writeInt16LE(
      Math.round(Math.max(-1, Math.min(1, sample)) * 32_767),
      HEADER_BYTES + index * SAMPLE_BYTES,
    );
  return file;
}
