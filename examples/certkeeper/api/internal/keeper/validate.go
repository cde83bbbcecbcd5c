package keeper

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// FieldError says what is wrong with one field of a request, and what would be right.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Limits of dates: what a 10-year internal CA needs, and nothing that a DATETIME or a client might stumble over.
const maxLifetime = 3660 * 24 * time.Hour

var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// CheckDomain accepts a lower-case DNS name of two labels or more, optionally with "*." in front (RFC 1035, RFC 5890: names
// in other scripts come in their xn-- form).
func CheckDomain(domain string) error {
	if domain != strings.ToLower(domain) {
		return fmt.Errorf("must be lower-case")
	}
	name := strings.TrimPrefix(domain, "*.")
	if err := checkHostname(name); err != nil {
		return err
	}
	labels := strings.Split(name, ".")
	if len(labels) < 2 {
		return fmt.Errorf("needs at least two labels, such as example.org")
	}
	if isNumeric(labels[len(labels)-1]) {
		return fmt.Errorf("must be a name, not an address: the last label has only digits")
	}
	return nil
}

// CheckName accepts what names servers: 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit.
func CheckName(name string) error {
	if len(name) == 0 || len(name) > 64 {
		return fmt.Errorf("must have 1 to 64 characters")
	}
	for i, r := range []byte(name) {
		if !isLetterOrDigit(r) && (i == 0 || (r != '.' && r != '-' && r != '_')) {
			return fmt.Errorf("may have a-z, 0-9, dot, dash and underscore, and begins with a letter or digit")
		}
	}
	return nil
}

// CheckAddress accepts an IP address without zone, or a host name.
func CheckAddress(address string) error {
	if ip, err := netip.ParseAddr(address); err == nil {
		if ip.Zone() != "" {
			return fmt.Errorf("must not name a zone")
		}
		return nil
	}
	if err := checkHostname(address); err != nil {
		return fmt.Errorf("is neither an IP address nor a host name: %w", err)
	}
	if labels := strings.Split(address, "."); isNumeric(labels[len(labels)-1]) {
		return fmt.Errorf("is not a valid IP address")
	}
	return nil
}

// CheckLabel accepts free text of 1 to max characters without control characters and without blanks at its ends.
func CheckLabel(text string, max int) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("is not valid UTF-8")
	}
	if n := utf8.RuneCountInString(text); n == 0 || n > max {
		return fmt.Errorf("must have 1 to %d characters", max)
	}
	if strings.TrimSpace(text) != text {
		return fmt.Errorf("must not begin or end with a blank")
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return fmt.Errorf("must not contain control characters")
		}
	}
	return nil
}

// CheckPeriod accepts a period of validity and names the field that is to blame.
func CheckPeriod(notBefore, notAfter time.Time) []FieldError {
	problems := []FieldError{}
	for _, end := range []struct {
		field string
		at    time.Time
	}{{"not_before", notBefore}, {"not_after", notAfter}} {
		if end.at.Before(earliest) || !end.at.Before(latest) {
			problems = append(problems, FieldError{end.field, "must lie between the years 2000 and 2099"})
		}
	}
	if len(problems) > 0 {
		return problems
	}
	if !notAfter.After(notBefore) {
		return []FieldError{{"not_after", "must be later than not_before"}}
	}
	if notAfter.Sub(notBefore) > maxLifetime {
		return []FieldError{{"not_after", "must be within 3660 days of not_before"}}
	}
	return nil
}

func checkHostname(name string) error {
	if len(name) == 0 || len(name) > 253 {
		return fmt.Errorf("must have 1 to 253 characters")
	}
	for label := range strings.SplitSeq(name, ".") {
		if len(label) == 0 || len(label) > 63 {
			return fmt.Errorf("each label must have 1 to 63 characters")
		}
		if label[0] == '-' || label[len(label)-1] == '-' {
			return fmt.Errorf("a label must not begin or end with a dash")
		}
		for _, b := range []byte(label) {
			if !isLetterOrDigit(b) && b != '-' {
				return fmt.Errorf("a label may have only a-z, 0-9 and dashes")
			}
		}
	}
	return nil
}

func isLetterOrDigit(b byte) bool { return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') }

func isNumeric(label string) bool {
	for _, b := range []byte(label) {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}
