#!/usr/bin/env bash
# Sets a fresh Debian or Ubuntu machine up: system packages, uv, the locked environment.
# Does nothing that is already done, so make run and make test may call it each time.
set -euo pipefail
cd "$(dirname "$0")"

packages=(
  tesseract-ocr tesseract-ocr-vie tesseract-ocr-script-viet tesseract-ocr-osd tesseract-ocr-eng # reading
  poppler-utils ghostscript        # pages to pictures, PDF/A
  fonts-croscore fonts-texgyre fonts-freefont-ttf fonts-dejavu-core fonts-noto-core # samples, PDF text
  libgl1 libglib2.0-0              # opencv-python
  util-linux                       # prlimit, unshare
)
# A person who only converts needs none of these; the tests do.
[ "${CONGVAN_TESTS:-}" = "" ] || packages+=(postgresql chromium)

sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing system packages: ${missing[*]}"
  $sudo apt-get update -q
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

if ! command -v uv >/dev/null; then
  # Debian 12 and Ubuntu 24.04 guard the system's Python, so uv gets a little environment of its own.
  if ! python3 -c "import ensurepip" 2>/dev/null; then
    $sudo apt-get update -q
    $sudo apt-get install -y -q python3-venv
  fi
  python3 -m venv "$HOME/.local/share/congvan-uv"
  "$HOME/.local/share/congvan-uv/bin/pip" install -q uv
  mkdir -p "$HOME/.local/bin"
  ln -sf "$HOME/.local/share/congvan-uv/bin/uv" "$HOME/.local/bin/uv"
fi
export PATH="$HOME/.local/bin:$PATH"
# Compiled now: else each start of a worker compiles a second of imports, where nobody may write them.
uv sync --locked --quiet --compile-bytecode

# The desk's test of accessibility; without npm it is skipped.
if [ "${CONGVAN_TESTS:-}" != "" ] && command -v npm >/dev/null && [ ! -d node_modules/axe-core ]; then
  npm install --no-save --no-package-lock --silent --prefix . axe-core@4 || echo "axe-core could not be installed"
fi
