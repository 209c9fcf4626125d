#!/usr/bin/env bash
# Builds the image of `Dockerfile` without Docker and without a registry: for machines that can pull no image, as root on
# Debian with `apt-get install buildah debootstrap`. The base image is made up: Debian with the Node of `npm ci`, and npm.
#
#   scripts/deploy/build-image.sh [TAG]     then: buildah run, see scripts/deploy/run-image.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

tag=${1:-mediaflow:local}
base=$(sed -n 's/^ARG NODE_IMAGE=//p' Dockerfile)
suite=$(sed 's/.*-\([a-z]*\)-slim$/\1/' <<<"$base")
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot

if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
  root=$(mktemp -d)
  trap 'rm -rf "$root"' EXIT
  debootstrap --variant=minbase "$suite" "$root" http://deb.debian.org/debian >/dev/null
  install -m 0755 node_modules/node/bin/node "$root/usr/local/bin/node"
  mkdir -p "$root/usr/local/lib/node_modules" "$root/usr/local/etc" "$root/etc/ssl/certs"
  cp -r "$(npm root -g)/npm" "$root/usr/local/lib/node_modules/"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  chroot "$root" groupadd --gid 1000 node
  chroot "$root" useradd --uid 1000 --gid node --create-home node
  # Where this machine knows authorities of its own, npm in the build has to know them too.
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    cp "$NODE_EXTRA_CA_CERTS" "$root/etc/ssl/certs/ca-certificates.crt"
    echo 'cafile=/etc/ssl/certs/ca-certificates.crt' >"$root/usr/local/etc/npmrc"
  fi
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$root" / >/dev/null
  buildah commit --quiet --rm "$container" "$base" >/dev/null
fi
buildah bud --pull-never --network host --format docker --layers --tag "$tag" .
buildah images "$tag"
