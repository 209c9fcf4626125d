// What packages bring and the product never reads.
import { existsSync, readdirSync, rmSync } from 'node:fs';

// ONNX Runtime comes with its library for every system, four fifths of 290 MB: only that of this one is kept.
const places = ['node_modules/onnxruntime-node/bin/napi-v6'];

for (const place of places.filter((folder) => existsSync(folder))) {
  for (const platform of readdirSync(place)) {
    if (platform !== process.platform) rmSync(`${place}/${platform}`, { recursive: true, force: true });
    else
      for (const architecture of readdirSync(`${place}/${platform}`))
        if (architecture !== process.arch)
          rmSync(`${place}/${platform}/${architecture}`, { recursive: true, force: true });
  }
}

// The reader of text comes as eight builds of its engine and two of what it knows: 58 MB, of which 6 are read.
const kept = {
  'node_modules/tesseract.js-core':
    /^(tesseract-core-simd-lstm\.(js|wasm)|package\.json|LICENSE|README\.md)$/,
  'node_modules/@tesseract.js-data/eng': /^(4\.0\.0_best_int|package\.json|README\.md)$/,
};

for (const [folder, isKept] of Object.entries(kept)) {
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (!isKept.test(name)) rmSync(`${folder}/${name}`, { recursive: true, force: true });
}
