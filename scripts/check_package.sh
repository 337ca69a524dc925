#!/usr/bin/env bash
# Runs the portable folder where there is nothing but a base system: in a Debian without compiler, Rust, OpenMP or Vulkan,
# moved, read-only, through a link, and not as root.
#
#   sudo scripts/check_package.sh target/package/safety-deepconf-…/      # needs debootstrap, and the network once
set -euo pipefail
package=$(realpath "${1:?the folder that scripts/package.sh made}")
root=${ROOT:-$(mktemp -d)}
[ -x "$root/bin/sh" ] || debootstrap --variant=minbase bookworm "$root" http://deb.debian.org/debian >/dev/null
rm -rf "$root/opt/moved"
mkdir -p "$root/opt/moved"
cp -r "$package" "$root/opt/moved/here"
chmod -R a-w "$root/opt/moved"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
trap 'umount "$root/proc"' EXIT
chroot "$root" sh -ec '
  for tool in cc g++ cargo rustc; do if command -v $tool; then echo "$tool is there"; exit 1; fi; done
  id user >/dev/null 2>&1 || useradd -m user
  ln -sf /opt/moved/here/safety-deepconf /usr/local/bin/safety-deepconf
  su user -c "cd && rm -rf run && safety-deepconf run -m demo -N 20 --seed 1 -q -o run && safety-deepconf doctor"
'
cp "$root/home/user/run/predictions.jsonl" "${PREDICTIONS:-/dev/null}"
echo "the folder works in $root"
