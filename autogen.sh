#!/bin/sh
# Makes ./configure; run it once after a clone.
set -e
cd "$(dirname "$0")"
exec autoreconf --install --force
