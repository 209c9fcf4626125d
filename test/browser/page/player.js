// What somebody's page does with hls.js, as functions that a test calls by their names.
const { Hls } = window;
const video = document.querySelector('video');
const errors = [];
let hls;
let analyser;

const next = (target, name) =>
  new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));

async function seek(seconds) {
  video.currentTime = seconds;
  await until(() => !video.seeking);
}

/** A test that waits for ever would not say for what. */
const PATIENCE_MILLISECONDS = 60_000;

async function until(isTrue) {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  while (!isTrue()) {
    if (performance.now() > deadline)
      throw new Error(`Not after a minute: ${isTrue}, at ${video.currentTime} s, ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Faster than life, until that time or the end. */
async function playTo(seconds) {
  video.playbackRate = 4;
  await video.play();
  await until(() => video.currentTime >= seconds || video.ended);
  video.pause();
  video.playbackRate = 1;
}

function listen() {
  if (analyser) return;
  const context = new AudioContext();
  analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  context.createMediaElementSource(video).connect(analyser).connect(context.destination);
}

window.player = {
  /** In one quality, if it says which. */
  async load(url, level = -1) {
    hls?.destroy();
    errors.length = 0;
    hls = new Hls({ startLevel: level });
    hls.on(Hls.Events.ERROR, (_, { details, fatal }) => {
      // That a busy machine is waited for is no fault of what is played.
      const isWait = details === Hls.ErrorDetails.BUFFER_STALLED_ERROR;
      if (fatal || !isWait) errors.push(`${details}${fatal ? ', fatal' : ''}`);
    });
    const parsed = new Promise((resolve) => hls.once(Hls.Events.MANIFEST_PARSED, resolve));
    hls.loadSource(url);
    hls.attachMedia(video);
    await parsed;
    hls.loadLevel = level;
    // Where a player does not know what it plays yet, it does not seek.
    await until(() => video.readyState >= HTMLMediaElement.HAVE_METADATA);
  },

  levels: () => hls.levels.map(({ height }) => height),

  async heightAt(seconds) {
    await playTo(seconds);
    return video.videoHeight;
  },

  async playToEnd() {
    await playTo(Number.POSITIVE_INFINITY);
    return { endedAt: video.currentTime, durationSeconds: video.duration, errors };
  },

  /** The loudest frequency of what is to be heard half a second after that time, in Hz. */
  async heardAt(seconds) {
    listen();
    await analyser.context.resume();
    await seek(seconds);
    await video.play();
    await until(() => video.currentTime >= seconds + 0.5);
    const loudness = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(loudness);
    video.pause();
    return (loudness.indexOf(Math.max(...loudness)) * analyser.context.sampleRate) / analyser.fftSize;
  },

  soundTracks: () => hls.audioTracks.map(({ name, lang, default: isDefault }) => ({ name, lang, isDefault })),

  async chooseSound(track) {
    const switched = new Promise((resolve) => hls.once(Hls.Events.AUDIO_TRACK_SWITCHED, resolve));
    hls.audioTrack = track;
    await switched;
  },

  subtitleTracks: () =>
    hls.subtitleTracks.map(({ name, lang, default: isDefault }) => ({ name, lang, isDefault })),

  /** Which of them a player shows before anybody has chosen one; -1 is none. */
  chosenSubtitles: () => hls.subtitleTrack,

  /** The text that is shown at a time. */
  async subtitleAt(track, seconds) {
    hls.subtitleDisplay = true;
    hls.subtitleTrack = track;
    await seek(seconds);
    const cues = () => [...video.textTracks].find(({ mode }) => mode === 'showing')?.activeCues ?? [];
    await until(() => cues().length > 0);
    return [...cues()].map(({ text }) => text).join('\n');
  },

  /** From when to when each line of the chosen subtitles is shown, in seconds. */
  subtitleTimes: () =>
    [...([...video.textTracks].find(({ mode }) => mode === 'showing')?.cues ?? [])].map(
      ({ startTime, endTime }) => [startTime, endTime],
    ),

  async chaptersOf(url) {
    const element = Object.assign(document.createElement('track'), { kind: 'chapters', src: url });
    video.append(element);
    element.track.mode = 'hidden';
    await next(element, 'load');
    return [...element.track.cues].map(({ text, startTime, endTime }) => [text, startTime, endTime]);
  },
};
