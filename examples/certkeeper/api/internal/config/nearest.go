package config

import (
	"fmt"
	"sort"
	"strings"
)

// unknown reports every CERTKEEPER_* variable that this build does not know, with the nearest name that it does know.
func unknown(vars map[string]string, known map[string]bool) []string {
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	sort.Strings(names)
	problems := []string{}
	for name := range vars {
		if !strings.HasPrefix(name, "CERTKEEPER_") || known[name] {
			continue
		}
		if strings.HasPrefix(name, "CERTKEEPER_FAULT_") && !anyPrefix(names, "CERTKEEPER_FAULT_") {
			problems = append(problems, fmt.Sprintf("%s: unknown variable; faults exist only in a build with -tags faults", name))
			continue
		}
		problems = append(problems, fmt.Sprintf("%s: unknown variable; did you mean %s?", name, nearest(name, names)))
	}
	return problems
}

func anyPrefix(names []string, prefix string) bool {
	for _, name := range names {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// nearest returns the name with the smallest edit distance; the first in order among equals.
func nearest(name string, names []string) string {
	best, bestDistance := "", 1<<30
	for _, candidate := range names {
		if d := distance(name, candidate); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// distance is the Levenshtein distance in bytes, with one row of memory.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next := min(row[j]+1, row[j-1]+1, diagonal+cost)
			diagonal, row[j] = row[j], next
		}
	}
	return row[len(b)]
}
