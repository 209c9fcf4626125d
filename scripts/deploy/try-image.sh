#!/usr/bin/env bash
# Takes the image through what docker-compose.yml does with it, without Docker: `migrate`, `topics create` and the bucket,
# then each role as a container of its own as the image's user, a folder with a film, a picture and a song through the proxy until
# all are published, a stop.
# Engines are those of `npm run services`; the log is in PostgreSQL, since no event store can be had here.
# Root on Debian with buildah, nginx and promtool, and an image by scripts/deploy/build-image.sh.
#
#   scripts/deploy/try-image.sh [FILE]
set -euo pipefail
cd "$(dirname "$0")/../.."

film=${1:-}
image=localhost/mediaflow:local
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
roles=(command query projector saga relay worker)
folder=$(mktemp -d)
pids=()
containers=()
say() { printf '%s  %s\n' "$(date +%T)" "$*"; }

# The process that buildah runs in the container: `tini`, which hands the signal on.
tini_below() {
  local child
  for child in $(pgrep --parent "$1"); do
    if [ "$(cat "/proc/$child/comm")" = tini ]; then echo "$child"; else tini_below "$child"; fi
  done
}

finish() {
  for pid in "${pids[@]}"; do kill "$(tini_below "$pid")" "$pid" 2>/dev/null || true; done
  wait
  for container in "${containers[@]}"; do buildah rm "$container" >/dev/null || true; done
  rm -rf "$folder"
}
trap finish EXIT

npm run --silent services -- up postgres redis kafka s3 otlp
eval "$(npm run --silent services -- env postgres redis kafka s3 otlp)"
key=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
if [ -z "$film" ]; then
  film=$folder/film.mp4
  ffmpeg -loglevel error -f lavfi -i testsrc2=size=640x360:rate=30 -f lavfi -i sine=frequency=440 -t 12 \
    -c:v libx264 -preset veryfast -c:a aac -shortest "$film"
fi
chmod 0755 "$folder"
mkdir -m 0755 "$folder/media"
install -m 0644 "$film" "$folder/media/film.mp4"
ffmpeg -loglevel error -f lavfi -i mandelbrot=size=1600x1200 -frames:v 1 "$folder/media/picture.png"
ffmpeg -loglevel error -f lavfi -i sine=frequency=660 -t 20 "$folder/media/song.flac"
chmod 0644 "$folder"/media/*

settings=(
  --env DATABASE_URL="$DATABASE_URL" --env MEDIAFLOW_MIGRATE_AT_START=false --env REDIS_URL="$REDIS_URL"
  --env KAFKA_BROKERS="$KAFKA_BROKERS" --env S3_ENDPOINT="$S3_ENDPOINT" --env S3_BUCKET=tried
  --env AWS_REGION="$AWS_REGION" --env AWS_ACCESS_KEY_ID="$AWS_ACCESS_KEY_ID"
  --env OTEL_EXPORTER_OTLP_ENDPOINT="$OTEL_EXPORTER_OTLP_ENDPOINT"
  --env AWS_SECRET_ACCESS_KEY="$AWS_SECRET_ACCESS_KEY" --env MEDIAFLOW_API_KEYS="$key" --env HOST=127.0.0.1
)
# Sets `container`.
fresh() {
  container=$(buildah from --pull-never "$image")
  containers+=("$container")
}
# The whole of the image's own command line, `tini` included.
run() {
  local container=$1
  shift
  buildah run --user 1000:1000 --volume "$folder:/given:ro" "${settings[@]}" "$container" -- "$@"
}

fresh
once=$container
say "as $(run "$once" id -un), $(run "$once" ffmpeg -version | head -n 1 | cut -d' ' -f1-3)"
run "$once" tini -s -- mediaflow migrate | tail -n 1
run "$once" tini -s -- mediaflow topics create | tail -n 1
run "$once" tini -s -- node deploy/create-bucket.mjs
say 'migrated, topics and bucket made; once more changes nothing:'
run "$once" tini -s -- mediaflow migrate
run "$once" tini -s -- mediaflow topics create | tail -n 1
run "$once" tini -s -- node deploy/create-bucket.mjs

port=18080
declare -A ports started
for role in "${roles[@]}"; do
  port=$((port + 1))
  ports[$role]=$port
  fresh
  settings+=(--env PORT="$port")
  run "$container" tini -s -- mediaflow serve --roles "$role" >"$folder/$role.log" 2>&1 &
  pids+=($!)
  started[$role]=$!
done
ready() { curl --silent --fail --output /dev/null "http://127.0.0.1:${ports[$1]}/health/ready"; }
for role in "${roles[@]}"; do
  for _ in $(seq 240); do ready "$role" && break || sleep 0.5; done
  if ! ready "$role"; then
    tail -n 20 "$folder/$role.log"
    exit 1
  fi
done
say "ready: ${roles[*]}"

# The proxy's own configuration, with addresses of this machine instead of Docker's names.
sed -e "s/GET query/GET 127.0.0.1:${ports[query]}/; s/HEAD query/HEAD 127.0.0.1:${ports[query]}/" \
  -e "s/default command/default 127.0.0.1:${ports[command]}/; s/set \$role command/set \$role 127.0.0.1:${ports[command]}/" \
  -e "s/\$role:3000/\$role/; s/listen 8080/listen 127.0.0.1:18080/; /resolver/d; s#/tmp/#$folder/#" \
  deploy/proxy/nginx.conf >"$folder/nginx.conf"
nginx -p "$folder" -c "$folder/nginx.conf" -g 'daemon off;' &
pids+=($!)

settings+=(--env MEDIAFLOW_URL=http://127.0.0.1:18080 --env MEDIAFLOW_API_KEY="$key" --env XDG_STATE_HOME=/tmp)
say 'uploads, as the service `cli` does'
run "$once" tini -s -- mediaflow upload /given/media --wait
test "$(curl --silent --output /dev/null --write-out '%{http_code}' http://127.0.0.1:18080/metrics)" = 404
say "spans that were received: $(curl --silent "$OTEL_EXPORTER_OTLP_ENDPOINT/spans" | node -e '
  let text = ""; process.stdin.on("data", (part) => (text += part)).on("end", () => {
    const names = new Set(JSON.parse(text).map(({ name }) => name));
    if (names.size === 0) process.exit(1);
    console.log([...names].sort().join(", "));
  })')"
say 'figures, as promtool reads them:'
for role in "${roles[@]}"; do
  curl --silent --header "Authorization: Bearer $key" "http://127.0.0.1:${ports[$role]}/metrics" | promtool check metrics
done
say 'tools of the worker:'
curl --silent --header "Authorization: Bearer $key" "http://127.0.0.1:${ports[worker]}/health/ready" |
  node -e 'process.stdin.on("data", (text) => console.log(JSON.parse(text).dependencies.videoTools))'

say 'what was written outside of /data and /tmp, which a read-only root would have refused:'
run "$once" find / -xdev -newer /given/media/song.flac -not -type d -not -path '/proc/*' -not -path '/sys/*' \
  -not -path '/dev/*' -not -path '/data/*' -not -path '/tmp/*' -not -path '/given/*' -not -path '/etc/*' -not -path '/run/*' 2>/dev/null || true
say 'stops each with SIGTERM, as Docker does'
for role in "${roles[@]}"; do kill -TERM "$(tini_below "${started[$role]}")"; done
for role in "${roles[@]}"; do
  code=0
  wait "${started[$role]}" || code=$?
  say "$role ended with $code: $(tail -n 1 "$folder/$role.log" | cut -c -160)"
  test "$code" = 0
done
