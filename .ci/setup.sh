#!/bin/bash
# Gets the Debian packages that are missing for the groups named:
#   run    PostgreSQL
#   test   what the tests compare with: Chromium, OpenSSL with the GOST engine, xmllint, pdftotext, qpdf, fonts, zip, curl,
#          python3 with an FTP server, SoftHSM
#   bench  what the figures compare with besides: sqlite3, python3 to call OpenSSL's library
#   peers  node and npm, for the foreign OIDC provider; xmlsec1, headers of OpenSSL
# As root, or with a sudo that asks no password, by apt-get; otherwise into
# $CONSOLE_VAR/pkg by apt-get download and dpkg-deb -x, with a start script per
# program in pkg/path. When neither works: one apt line, exit 3. Silent and
# instant when everything is there.
set -euo pipefail
var=${CONSOLE_VAR:-$(dirname "$0")/../var}
pkg=$var/pkg

program() { type -P "$1" >/dev/null || [ -x "$pkg/path/$1" ]; }
file() { compgen -G "$1" >/dev/null || compgen -G "$pkg$1" >/dev/null; }

missing=()
need() { # PACKAGE CHECK…
	local package=$1
	shift
	"$@" || missing+=("$package")
}

for group; do
	case $group in
	run)
		program postgres || need postgresql file '/usr/lib/postgresql/*/bin/postgres'
		;;
	test)
		need chromium program chromium
		need openssl program openssl
		need libengine-gost-openssl file '/usr/lib/*/engines-3/gost.so'
		need libxml2-utils program xmllint
		need poppler-utils program pdftotext
		need qpdf program qpdf
		need fonts-liberation file '/usr/share/fonts/truetype/liberation*/*.ttf'
		need zip program zip
		need curl program curl
		need python3 program python3
		need python3-pyftpdlib file '/usr/lib/python3/dist-packages/pyftpdlib/__main__.py'
		need softhsm2 file '/usr/lib/softhsm/libsofthsm2.so'
		need ca-certificates file /etc/ssl/certs/ca-certificates.crt
		;;
	bench)
		need sqlite3 program sqlite3
		need python3 program python3
		;;
	peers)
		need nodejs program node
		need npm program npm
		need xmlsec1 program xmlsec1
		need libssl-dev file /usr/include/openssl/evp.h
		;;
	*)
		echo "usage: setup.sh [run] [test] [bench] [peers]" >&2
		exit 2
		;;
	esac
done
[ ${#missing[@]} -gt 0 ] || exit 0

give_up() {
	echo "missing: ${missing[*]}${1:+ ($1)}. Please run:" >&2
	echo "  sudo apt-get install --no-install-recommends -y ${missing[*]}" >&2
	exit 3
}
type -P apt-get >/dev/null || give_up "no apt-get here"
say() { echo "setup: $*" >&2; }

# quietly runs a command and shows what it printed only when it fails.
quietly() {
	local out
	out=$("$@" 2>&1) || { echo "$out" | tail -n 20 >&2; return 1; }
}

as_root=()
if [ "$(id -u)" != 0 ]; then
	as_root=(sudo -n)
fi
install_packages() {
	exec 9</var/lib/apt && flock 9 # another clone may be at it
	say "apt-get install ${missing[*]}"
	local run=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive) no_main=/etc/postgresql-common/createcluster.d/console.conf
	quietly "${run[@]}" apt-get -q update || say "apt-get update failed, going on with the lists there are"
	# The console keeps a cluster of its own: a first installation of PostgreSQL
	# shall not leave a system cluster running as well.
	if [ ! -e /etc/postgresql-common ]; then
		"${as_root[@]}" mkdir -p "${no_main%/*}"
		echo 'create_main_cluster = false' | "${as_root[@]}" tee "$no_main" >/dev/null
	else
		no_main=
	fi
	local failed=0
	quietly "${run[@]}" apt-get -q install --no-install-recommends -y "${missing[@]}" || failed=1
	[ -z "$no_main" ] || "${as_root[@]}" rm -f "$no_main"
	return $failed
}

# extract_packages keeps apt's lists of its own: the system's may be empty, and
# only root may fill them.
extract_packages() {
	mkdir -p "$pkg/apt/lists/partial" "$pkg/apt/cache/archives/partial" "$pkg/apt/deb" "$pkg/path" || return 1
	pkg=$(cd "$pkg" && pwd) || return 1
	exec 9<"$pkg" && flock 9
	say "not root: extracting ${missing[*]} into $pkg"
	local apt=(apt-get -q -o "Dir::State::Lists=$pkg/apt/lists" -o "Dir::Cache=$pkg/apt/cache")
	quietly "${apt[@]}" update || return 1
	local plan names
	# libllvm is for PostgreSQL's JIT compiler only, which is off.
	plan=$("${apt[@]}" -s --no-install-recommends install "${missing[@]}") || return 1
	mapfile -t names < <(sed -n 's/^Inst \([^ ]*\) .*/\1/p' <<<"$plan" | grep -v '^libllvm')
	(cd "$pkg/apt/deb" && quietly "${apt[@]}" download "${names[@]}") || return 1
	local deb
	for deb in "$pkg"/apt/deb/*.deb; do
		dpkg-deb -x "$deb" "$pkg" || return 1
		rm "$deb"
	done
	start_scripts
	[ ! -e "$pkg/path/node" ] || quietly "$pkg/path/node" --version
}

# start_scripts writes pkg/path: extracted programs find their libraries,
# engines and fonts by environment only.
start_scripts() {
	local libs triplet name target
	triplet=$(basename "$(compgen -G "$pkg/usr/lib/*-linux-gnu*" | head -n 1)")
	libs=$(find "$pkg/usr/lib/$triplet" "$pkg/lib" -maxdepth 2 -name 'lib*.so*' -printf '%h\n' 2>/dev/null | sort -u | paste -sd :)
	cat >"$pkg/fonts.conf" <<-XML
		<?xml version="1.0"?>
		<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
		<fontconfig><dir>$pkg/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir>$pkg/fonts.cache</cachedir></fontconfig>
	XML
	for name in chromium openssl xmllint pdftotext pdfsig qpdf zip curl sqlite3 python3 xmlsec1 node npm postgres initdb psql pg_dump pg_restore pgbench; do
		target=
		for try in "$pkg/usr/lib/chromium/$name" "$pkg"/usr/lib/postgresql/*/bin/"$name" "$pkg/usr/share/nodejs/npm/bin/$name-cli.js" "$pkg/usr/bin/$name"; do
			[ -n "$target" ] || [ ! -f "$try" ] || target=$try
		done
		# the system's own OpenSSL with an extracted engine
		[ -n "$target" ] || [ "$name" != openssl ] || target=$(type -P openssl || true)
		[ -n "$target" ] || continue
		{
			echo '#!/bin/sh'
			echo "export LD_LIBRARY_PATH='$libs'"
			echo "export FONTCONFIG_FILE='$pkg/fonts.conf'"
			[ "$name" != python3 ] || echo "export PYTHONPATH='$pkg/usr/lib/python3/dist-packages'"
			[ ! -d "$pkg/usr/lib/$triplet/engines-3" ] || echo "export OPENSSL_ENGINES='$pkg/usr/lib/$triplet/engines-3'"
			case $target in
			*-cli.js) echo "exec '$pkg/path/node' '$target' \"\$@\"" ;;
			*/node) # Debian's node has /usr/share/nodejs built in: show it there, to this process only
				echo "exec unshare -rm sh -c 'mount -t overlay overlay -o lowerdir=$pkg/usr/share:/usr/share /usr/share && exec \"\$@\"' sh '$target' \"\$@\""
				;;
			*) echo "exec '$target' \"\$@\"" ;;
			esac
		} >"$pkg/path/$name"
		chmod +x "$pkg/path/$name"
	done
}

if [ ${#as_root[@]} = 0 ] || { type -P sudo >/dev/null && sudo -n true 2>/dev/null; }; then
	install_packages || give_up "apt-get could not install them"
else
	extract_packages || give_up "apt-get could not download them"
fi
