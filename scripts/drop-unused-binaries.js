// ONNX Runtime comes with its library for every system, four fifths of 290 MB: only that of this one is kept.
import { existsSync, readdirSync, rmSync } from 'node:fs';

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
