# What a view or an agreement cannot be written with is met by check, and by
# load before it reads anything.
sed -e "s|\.\./|$SRCDIR/|" -e 's|^  file:.*|  file: names.ebc|' \
    "$SRCDIR/mappings/names-v2.yaml" > names.yaml
sed 's|^    up:|    agree: {first_name: upper(middle_name)}\n&|' names.yaml \
    > agree.yaml
"$DECANT" check agree.yaml
echo "status $?"
"$DECANT" check agree.yaml --to postgresql:///nowhere
echo "status $?"
mkfifo pipe
"$DECANT" load agree.yaml pipe --to sqlite:a.db
echo "status $?"
ls
"$DECANT" plan agree.yaml --to sqlite:a.db
echo "status $?"
