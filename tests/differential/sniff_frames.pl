# sniff_frames.pl FRAME N HEAD FOOT CONTROL SEED: a file of N records, made
# here of nothing but pack: f fixed, v, vx (lengths do not count themselves),
# vl (little-endian, too), g3 (two bytes), vb, xvb (extended BDWs), vbs,
# vbsn (without BDWs), vs, xu (U with extended BDWs); with r behind it, lines
# of a report.  HEAD and FOOT are - or what stands there and how long.
use strict;
my ($frame, $n, $head, $foot, $ctl, $seed) = @ARGV;
srand($seed || 4711);
sub rnd { return int rand $_[0] }
my %e;
my @run = ([0x81, 'abcdefghi'], [0x91, 'jklmnopqr'], [0xa2, 'stuvwxyz'],
    [0xc1, 'ABCDEFGHI'], [0xd1, 'JKLMNOPQR'], [0xe2, 'STUVWXYZ'],
    [0xf0, '0123456789']);
for my $r (@run) {
	my $at = $r->[0];
	$e{$_} = chr $at++ for split //, $r->[1];
}
@e{' ', '.', '-', ','} = map { chr } 0x40, 0x4b, 0x60, 0x6b;
sub eb { join '', map { $e{$_} } split //, $_[0] }
sub packed {
	my ($v, $digits) = @_;
	my $text = '0' x $digits . abs $v;
	return pack 'H*', substr($text, -$digits) . ($v < 0 ? 'd' : 'c');
}
my @names = qw(Miller Abernathy Jones Cruz Wu Schneider OBrien Papadopoulos);
my @cities = ('Boston', 'New York', 'Rome', 'Oslo', 'San Diego', 'Lyon');
sub customer {
	my $i = shift;
	return eb(sprintf '%06d%-20s', $i * 7 + 1000, $names[rnd 8]) .
	    packed(rnd(900000) - 1000, 9) . pack('n', rnd 700) .
	    eb(sprintf '%05d%-12s', rnd(90000), $cities[rnd 6]);
}
sub invoice {
	my ($i, $k) = (shift, rnd 10);
	my $r = eb(sprintf '%06d%-20s', $i + 1, $names[rnd 8]) . packed($k, 3);
	$r .= eb(sprintf '%-11s', $cities[rnd 6]) . packed(rnd(900000), 7)
	    for 1 .. $k;
	return $r;
}
sub report {
	my $i = shift;
	my $s = sprintf '%6d  %-20s %-12s %10.2f', $i, $names[rnd 8],
	    $cities[rnd 6], rnd(1000000) / 100;
	$s = 'DAILY REPORT OF CUSTOMERS, PAGE ' . int($i / 40 + 1)
	    if $i % 40 == 0;
	return eb(sprintf '%-72s', $s);
}
my $report = $frame =~ s/r$//;
my @recs;
for my $i (0 .. $n - 1) {
	my $r = $report ? report($i) : $frame eq 'f' ? customer($i) :
	    invoice($i);
	$r =~ s/(?<=.)\x40+$//s if $report && $frame ne 'f';
	my $line = $i % 40;
	my %c = ('-' => '', asa => eb($line == 0 ? '1' : $line == 1 ? '0' : ' '),
	    machine => $line == 39 ? "\x89" : $line == 0 ? "\x11" : "\x09",
	    any => chr rnd 256);
	push @recs, $c{$ctl} . $r;
}
sub block {
	my $n = 4 + length $_[0];
	return ($frame =~ /^x/ ? pack('N', 0x80000000 | $n) : pack('nn', $n,
	    0)) . $_[0];
}
# blocks of at most $most bytes, of records that may be cut
sub spanned {
	my ($most, $words, $alone) = @_;
	my ($out, $b) = ('', '');
	my $flush = sub {
		$out .= $words ? block($b) : $b if length $b;
		$b = '';
	};
	for my $r (@recs) {
		my $at = 0;
		while ($at < length $r) {
			$flush->() if $alone || $most - length($b) < 16;
			my $room = $most - length($b) - 8;
			my $k = length($r) - $at < $room ? length($r) - $at :
			    $room;
			my $last = $at + $k == length $r;
			$b .= pack('nCC', 4 + $k, $at == 0 ? ($last ? 0 : 1) :
			    ($last ? 2 : 3), 0) . substr $r, $at, $k;
			$at += $k;
		}
	}
	$flush->();
	return $out;
}
sub blocked {
	my ($out, $b) = ('', '');
	for (@recs) {
		my $r = pack('nn', 4 + length, 0) . $_;
		if (length($b . $r) > 1000) {
			$out .= block $b;
			$b = '';
		}
		$b .= $r;
	}
	return $out . block $b;
}
my %frames = (
    f => sub { join '', @recs },
    v => sub { join '', map { pack('nn', 4 + length, 0) . $_ } @recs },
    vx => sub { join '', map { pack('nn', length, 0) . $_ } @recs },
    vl => sub { join '', map { pack('vv', length, 0) . $_ } @recs },
    g3 => sub { join '', map { pack('n', length) . $_ } @recs },
    vb => \&blocked, xvb => \&blocked,
    vbs => sub { spanned 300, 1, 0 }, vbsn => sub { spanned 300, 0, 0 },
    vs => sub { spanned 120, 1, 1 },
    xu => sub { join '', map { block $_ } @recs });
sub edge {
	my ($kind, $len) = $_[0] =~ /^([a-z]+)(\d+)$/ or return '';
	my %fill = (text => eb('HEADER OF FILE CUSTOMER 2026-11-30 ' x 40),
	    trail => eb('TRAILER 000300 RECORDS ' x 40), zero => "\0" x 4096,
	    sub => "\x1a" x 4096,
	    bin => join '', map { chr rnd 256 } 1 .. 4096);
	return substr $fill{$kind}, 0, $len;
}
binmode STDOUT;
print edge($head), $frames{$frame}->(), edge($foot);
