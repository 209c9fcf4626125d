import { Command } from 'commander';
import type { UploadProgress } from './answers.js';
import { fieldLine, itemLines } from './describe-item.js';
import { fullMediaId } from './full-id.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatBytes, formatInstant } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import type { Paint } from './terminal/text.js';

export const statusCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('status')
      .description('Show an item: what it is, what is being done, why it was allowed, where to play it')
      .argument('<id>', 'id of the item, or how it begins'),
    async run({ client, output }: ServerContext, _options: object, given: string) {
      const item = await client.media(await fullMediaId(client, given));
      const upload = item.status === 'uploading' ? await client.uploadProgress(item.id) : undefined;
      output.json({ ...item, ...(upload ? { upload } : {}) });
      for (const line of itemLines(item, output.paint, client.absolute)) output.line(line);
      if (upload) output.line(receivedLine(upload, output.paint));
    },
  });

function receivedLine({ receivedBytes, sizeBytes, expiresAt }: UploadProgress, paint: Paint): string {
  const whole = sizeBytes === null ? '' : ` of ${formatBytes(sizeBytes)}`;
  const end = expiresAt === null ? '' : `, given up on ${formatInstant(expiresAt)} unless more comes`;
  return fieldLine('received', `${formatBytes(receivedBytes)}${whole}${end}`, paint);
}
