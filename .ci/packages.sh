# Sourced by quickstart, run-tests and bench/run: Debian and Ubuntu packages.

build_packages="gcc libc6-dev make autoconf automake pkg-config libsqlite3-dev
	libpq-dev libyaml-dev zlib1g-dev libzstd-dev libbz2-dev liblzma-dev
	libxxhash-dev libcsv-dev libssl-dev libjansson-dev sqlite3"
test_packages="postgresql postgresql-client gnucobol3 valgrind
	mandoc zstd bzip2 xz-utils"

# missing_packages NAME…: those that are not installed.
missing_packages() {
	for package in "$@"; do
		case $(dpkg-query -W -f '${db:Status-Status} ' "$package" \
		    2> /dev/null) in
		'installed '*) ;;
		*) printf '%s ' "$package" ;;
		esac
	done
}

# install_packages NAME…: installs what is missing; false, with a message that
# says what to do, when it cannot.
install_packages() {
	if ! command -v dpkg-query > /dev/null 2>&1; then
		echo "This is no Debian or Ubuntu; needed are its equivalents of:" \
		    "$@" >&2
		return 1
	fi
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	as_root=
	if [ "$(id -u)" != 0 ]; then
		if sudo -n true 2> /dev/null; then
			as_root="sudo -n"
		elif command -v sudo > /dev/null && [ -t 1 ]; then
			as_root=sudo
		else
			echo "Packages are missing, and only root can install" \
			    "them. As root:" >&2
			echo "    apt-get install $missing" >&2
			return 1
		fi
	fi
	echo "Installing $missing" >&2
	apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq
	    -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300"
	log=$(mktemp)
	if $apt update > "$log" 2>&1 < /dev/null &&
	    $apt install -y --no-install-recommends $missing >> "$log" 2>&1 \
	    < /dev/null; then
		rm -f "$log"
		return 0
	fi
	tail -n 20 "$log" >&2
	rm -f "$log"
	echo "apt-get failed; needed are: $missing" >&2
	return 1
}

# make_configure: ./configure, when there is none or it is out of date.
make_configure() {
	if [ ! -e configure ] || [ configure.ac -nt configure ] ||
	    [ ! -e Makefile.in ] || [ Makefile.am -nt Makefile.in ]; then
		./autogen.sh
	fi
}
