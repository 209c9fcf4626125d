import { runTool } from '../../../src/adapters/ffmpeg/run-tool.js';

/** Runs the tool named on the command line and says when it has started: for a test that kills this process. */
await runTool({
  tool: 'ffmpeg',
  path: process.argv[2] ?? '',
  arguments: [],
  signal: new AbortController().signal,
  wallClockSeconds: 60,
  stallSeconds: 60,
  maximumMemoryBytes: 2 ** 30,
  maximumOutputBytes: 1000,
  onProgress: () => process.stdout.write(`${JSON.stringify({ started: true })}\n`),
});
