package findings

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// span is a duration as a person says it: "350 ms", "6 s", "2 min 5 s", "3 h 2 min".
func span(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < 10*time.Second:
		return strings.TrimSuffix(strconv.FormatFloat(d.Seconds(), 'f', 1, 64), ".0") + " s"
	}
	s := int64(d.Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return strconv.FormatInt(s, 10) + " s"
	case s < 3600:
		return two(s/60, "min", s%60, "s")
	}
	return two(s/3600, "h", s%3600/60, "min")
}

func two(a int64, unit string, b int64, smaller string) string {
	s := strconv.FormatInt(a, 10) + " " + unit
	if b > 0 {
		s += " " + strconv.FormatInt(b, 10) + " " + smaller
	}
	return s
}

// count is "1 byte", "3 bytes".
func count[N int | int64](n N, noun string) string {
	s := strconv.FormatInt(int64(n), 10) + " " + noun
	if n == 1 {
		return s
	}
	return strings.TrimSuffix(s, "y") + map[bool]string{true: "ies", false: "s"}[strings.HasSuffix(noun, "y")]
}

// outcome is a status as it is read after "was answered".
func outcome(status int) string {
	if status == 0 {
		return "not at all"
	}
	return strconv.Itoa(status)
}

// because is ": " and what an answer said, if it said something; else "". GitLab begins with the status,
// which stands before it already.
func because(errorText string) string {
	if status, rest, ok := strings.Cut(errorText, " "); ok && len(status) == 3 && strings.Trim(status, "0123456789") == "" {
		errorText = rest
	}
	if errorText == "" {
		return ""
	}
	return ": " + clean(errorText, 120)
}

// clean makes text of the wire fit for one line.
func clean(s string, max int) string {
	if len(s) > max {
		s = s[:max] + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, strings.ToValidUTF8(s, "?"))
}

func quote(s string) string { return strconv.Quote(clean(s, 80)) }
