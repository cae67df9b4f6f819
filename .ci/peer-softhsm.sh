#!/bin/bash
# Builds SoftHSM with GOST from Debian's source, once per machine (≈ 4 minutes),
# and prints the path of its module. Debian's own package is built without GOST.
# Needs a C++ compiler, make, OpenSSL's headers and, to run, its gost engine.
set -euo pipefail
version=2.6.1
sum=ac9ac1e3f4402f88bf3e626a18f070f8031c031947ed469c6e17482495ec72b6
cache=${XDG_CACHE_HOME:-$HOME/.cache}/console-tools
home=$cache/softhsm-$version-gost
module=$home/lib/softhsm/libsofthsm2.so
say() { echo "softhsm: $*" >&2; }

mkdir -p "$cache"
exec 9<"$cache" && flock 9 # another clone may be at it
if [ ! -e "$module" ]; then
	for need in g++ make apt-get; do
		type -P "$need" >/dev/null || { say "$need is not installed"; exit 3; }
	done
	[ -e /usr/include/openssl/evp.h ] || { say "OpenSSL's headers are not installed: apt-get install libssl-dev"; exit 3; }
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	cd "$work"
	# apt's lists of its own: the system's seldom have sources, and only root may add them.
	mkdir -p lists/partial cache/archives/partial
	apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
		sed -n 's|^Debian \(.*\) \(.*\) main$|deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \1 \2 main|p' | sort -u >sources.list
	apt=(apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
		-o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache")
	[ "$(id -u)" != 0 ] || apt+=(-o APT::Sandbox::User=root)
	"${apt[@]}" update >apt.log 2>&1 && "${apt[@]}" source --tar-only softhsm2 >>apt.log 2>&1 || { tail -n 20 apt.log >&2; exit 3; }
	echo "$sum  softhsm2_$version.orig.tar.gz" | sha256sum --quiet -c - >&2
	tar -xzf "softhsm2_$version.orig.tar.gz"
	cd "softhsm2-$version"
	say "building $version with GOST"
	{
		CFLAGS=-O1 CXXFLAGS=-O1 ./configure --prefix="$home" --with-crypto-backend=openssl --enable-gost --disable-p11-kit &&
			make -j"$(nproc)" -C src/lib && make -C src/lib install
	} >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log" >&2; exit 1; }
fi
echo "$module"
