import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { findLaunchers } from '../../../src/sandbox/launchers.js';

/**
 * A server as some user, for tests that are another or kill it: probes the file named on the command line with what may
 * be used of bwrap, unshare and setpriv, and says how.
 */
const [file = '', ffmpegPath = '', ffprobePath = '', ...usable] = process.argv.slice(2);
const found = findLaunchers();
const only = (name: 'bwrap' | 'unshare' | 'setpriv' | 'perl') =>
  usable.includes(name) ? found[name] : undefined;
const tools = createFfmpegVideoTools({
  ffmpegPath,
  ffprobePath,
  launchers: {
    bwrap: only('bwrap'),
    unshare: only('unshare'),
    setpriv: only('setpriv'),
    perl: only('perl'),
    isRoot: found.isRoot,
  },
});
const { ffprobe } = await tools.describe();
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
say({ sandbox: ffprobe.available ? ffprobe.sandbox : ffprobe.reason });
const { video } = await tools.probe(file, new AbortController().signal);
say({ codec: video?.codec });
