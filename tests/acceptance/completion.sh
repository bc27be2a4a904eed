# Completion of the command line, asked of bash and zsh themselves.
set -u
: "${DECANT:?}" "${SRCDIR:?}"
n=0

# is NAME EXPECTED GOT
is() {
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "#   expected $2"
		echo "#   got      $3"
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

mkdir maps
touch m.yaml data.ebc maps/n.yml

cat > ask.bash <<'BASH'
# ask.bash SCRIPT WORD...: what completes the last word.
. "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
$(complete -p decant | sed 's/.*-F \([^ ]*\).*/\1/') decant
printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
BASH

bash_says() {
	expected=$1
	shift
	is "bash: $*" "$expected" "$(bash ask.bash ./decant.bash "$@" 2>&1)"
}

"$DECANT" help --completion bash > decant.bash
"$DECANT" help --completion zsh > _decant
is "help --completion fish" 64 "$("$DECANT" help --completion fish \
    > out 2>&1; echo $?)"
if command -v bash > /dev/null; then
	is "bash: its syntax" "" "$(bash -n decant.bash 2>&1)"
	bash_says "load log " decant lo
	bash_says "--allow-empty " decant load --al
	bash_says "always auto never " decant load --color ""
	bash_says "always " decant load --color = al
	bash_says "csv: " decant load --to c
	bash_says "sqlite: " decant load --to = s
	bash_says "m.yaml " decant load --to sqlite : m.
	bash_says "maps " decant load -I m
	bash_says "m.yaml maps " decant preview m
	bash_says "data.ebc " decant preview m.yaml da
	bash_says "layout load log " decant help l
	bash_says " " decant load --jobs ""
	# every option of every verb, and no other
	for verb in $("$DECANT" help | sed -nE 's/^  ([a-z]+)  .*/\1/p'); do
		bash_says "$("$DECANT" $verb --help |
		    sed -nE 's/^  ....(--[a-z-]+).*/\1/p' | LC_ALL=C sort |
		    tr '\n' ' ')" decant $verb --
	done
else
	skip "completion in bash" "there is no bash"
fi

if command -v zsh > /dev/null; then
	is "zsh: its syntax" "" "$(zsh -n _decant 2>&1)"
	cat > ask.zsh <<'ZSH'
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1=; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D'
zpty -w z 'decant() { print "<$*>" }; print rea""dy'
zpty -r z all $'*\nready*'
zpty -w -n z "$1"$'\t\n'
zpty -r -m z got '*<*>*'
print -r -- ${${got##*<}%%>*}
zpty -d z
ZSH
	zsh_says() {
		is "zsh: $2" "$1" "$(timeout 20 zsh -f ask.zsh "$2" 2>&1 |
		    tr -d '\r')"
	}
	zsh_says "preview" "decant prev"
	zsh_says "load --allow-empty" "decant load --all"
	zsh_says "load --color=never" "decant load --color=ne"
	zsh_says "load --to csv:" "decant load --to c"
	zsh_says "check m.yaml" "decant check m.y"
else
	skip "completion in zsh" "there is no zsh"
fi
echo "1..$n"
