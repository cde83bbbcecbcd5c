package keeper

import (
	"strings"
	"testing"
	"time"
)

func TestDomains(t *testing.T) {
	long := strings.Repeat("a", 63)
	for domain, good := range map[string]bool{
		"example.org": true, "*.example.org": true, "a.b-c.example": true, "xn--bcher-kva.example": true, "1.example.org": true,
		long + ".org": true, long + "." + long + "." + long + "." + long[:61]: true,
		"": false, "localhost": false, "Example.org": false, "example.org.": false, ".org": false, "a..org": false,
		"-a.org": false, "a-.org": false, "a_b.org": false, "*.*.org": false, "a.*.org": false, "*": false, "*.": false, "*.org": false,
		"192.0.2.1": false, "bücher.example": false, "a b.org": false, "a.org\n": false, "a.org'": false,
		long + "a.org": false, long + "." + long + "." + long + "." + long: false,
	} {
		if err := CheckDomain(domain); (err == nil) != good {
			t.Errorf("%q: %v", domain, err)
		}
	}
}

func TestNamesAndAddresses(t *testing.T) {
	for name, good := range map[string]bool{"web-1": true, "a": true, "1.b_c": true, "": false, "-a": false, "A": false, "a b": false, strings.Repeat("a", 65): false} {
		if err := CheckName(name); (err == nil) != good {
			t.Errorf("name %q: %v", name, err)
		}
	}
	for address, good := range map[string]bool{"192.0.2.1": true, "2001:db8::1": true, "mail.example.org": true, "web": true,
		"": false, "256.1.1.1": false, "1.2.3": false, "fe80::1%eth0": false, "http://x": false, "a:80": false} {
		if err := CheckAddress(address); (err == nil) != good {
			t.Errorf("address %q: %v", address, err)
		}
	}
}

func TestLabels(t *testing.T) {
	for label, good := range map[string]bool{"Let's Trust R1": true, "証明": true, "": false, " a": false, "a ": false, "a\nb": false, "a\x00": false, "\xff": false, strings.Repeat("é", 129): false, strings.Repeat("é", 128): true} {
		if err := CheckLabel(label, 128); (err == nil) != good {
			t.Errorf("%q: %v", label, err)
		}
	}
}

func TestPeriods(t *testing.T) {
	day := 24 * time.Hour
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		from, to time.Time
		field    string
	}{
		"good":     {start, start.Add(90 * day), ""},
		"longest":  {start, start.Add(3660 * day), ""},
		"too long": {start, start.Add(3661 * day), "not_after"},
		"empty":    {start, start, "not_after"},
		"reversed": {start.Add(day), start, "not_after"},
		"too old":  {time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC), start, "not_before"},
		"too late": {start, time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), "not_after"},
	} {
		problems := CheckPeriod(tc.from, tc.to)
		if tc.field == "" && len(problems) > 0 || tc.field != "" && (len(problems) != 1 || problems[0].Field != tc.field) {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

func TestStatusBoundaries(t *testing.T) {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	to := from.Add(RenewalPeriod)
	c := Certificate{NotBefore: from, NotAfter: to}
	for _, tc := range []struct {
		at   time.Time
		want Status
	}{
		{from.Add(-time.Millisecond), Pending}, {from, Valid}, {to.Add(-ExpiringWithin - time.Millisecond), Valid},
		{to.Add(-ExpiringWithin), Expiring}, {to, Expiring}, {to.Add(time.Millisecond), Expired},
	} {
		if got := c.StatusAt(tc.at); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.at, got, tc.want)
		}
	}
}

func TestRolesContainEachOther(t *testing.T) {
	order := []Role{Reader, Operator, Admin}
	for i, holder := range order {
		for j, needed := range order {
			if holder.Includes(needed) != (i >= j) {
				t.Errorf("%s includes %s: %v", holder, needed, i < j)
			}
		}
	}
	if Role("root").Includes(Reader) || Admin.Includes("root") || Role("").Includes("") {
		t.Error("unknown roles must include nothing and be included in nothing")
	}
}
