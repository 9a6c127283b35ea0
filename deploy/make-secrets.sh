#!/bin/sh
# Makes the secrets of docker-compose.yml, one file each, in deploy/secrets. What exists already is kept, so that it may
# be run again after an upgrade. The folder is closed to others; the files are open inside it, because the containers
# read them under different user ids.
set -eu

cd "$(dirname "$0")"
umask 077
mkdir -p secrets
cd secrets

random() { head -c 48 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

# keep NAME VALUE: writes VALUE to NAME unless it is there.
keep() {
	if [ -s "$1" ]; then
		echo "kept  deploy/secrets/$1"
		return
	fi
	printf '%s\n' "$2" >"$1"
	chmod 0444 "$1"
	echo "made  deploy/secrets/$1"
}

keep postgres_password "$(random)"
keep database_url "postgres://parvis:$(cat postgres_password)@postgres:5432/parvis?sslmode=disable"
keep parvis_secret "$(random)"
keep livekit_api_secret "$(random)"
keep livekit_keys "parvis: $(cat livekit_api_secret)"
chmod 0400 livekit_keys # LiveKit refuses a key file that others may read

if [ ! -e oidc_client_secret ]; then
	: >oidc_client_secret
	chmod 0644 oidc_client_secret
fi
if [ ! -s oidc_client_secret ]; then
	echo "write the identity provider's client secret into deploy/secrets/oidc_client_secret"
fi
