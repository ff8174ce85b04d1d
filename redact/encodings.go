package redact

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
)

// encodings are the spellings of a value in text but for base64. Those that leave a value as it is cost
// nothing. Where each character may be escaped or not, the usual ways are here; strings of
// JSON and values of URLs that declare a secret are read with whatever escapes they have.
var encodings = slices.Concat(quotings, []func(string) string{
	// A string of JSON by Go and Rails, which escape <, > and & as well, by others, and by PHP.
	jsonSafe,
	jsonPlain,
	func(s string) string { return strings.ReplaceAll(jsonPlain(s), "/", `\/`) },
	// JSON in a string of JSON.
	func(s string) string { return jsonSafe(jsonSafe(s)) },
	func(s string) string { return jsonSafe(jsonPlain(s)) },
	func(s string) string { return jsonPlain(jsonPlain(s)) },
	// A URL's query, path and userinfo, and JavaScript's encodeURIComponent.
	url.QueryEscape,
	percent,
	url.PathEscape,
	func(s string) string { return url.User(s).String() },
	func(s string) string { return componentEscape.Replace(percent(s)) },
	func(s string) string { return lowerEscapes(url.QueryEscape(s)) },
	func(s string) string { return lowerEscapes(percent(s)) },
	// HTML by Go, by Rails, and with the name XML has for an apostrophe.
	html.EscapeString,
	func(s string) string { return railsEscape.Replace(html.EscapeString(s)) },
	func(s string) string { return xmlEscape.Replace(html.EscapeString(s)) },
	// In single quotes of a shell, as "set -x" shows them, and as Python's shlex does.
	func(s string) string { return strings.ReplaceAll(s, "'", `'\''`) },
	func(s string) string { return strings.ReplaceAll(s, "'", `'"'"'`) },
	// The log of a terminal.
	func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
})

var (
	componentEscape = strings.NewReplacer("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*")
	railsEscape     = strings.NewReplacer("&#34;", "&quot;")
	xmlEscape       = strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;")
)

// percent is url.QueryEscape with %20 for a blank.
func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// isPlain tells that all of them leave a value as it is.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; alphabet(c) == "" && c != '-' && c != '_' && c != '.' && c != '~' {
			return false
		}
	}
	return true
}

func jsonSafe(s string) string { return jsonString(s, true) }

func jsonPlain(s string) string { return jsonString(s, false) }

func jsonString(s string, escapeHTML bool) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escapeHTML)
	if e.Encode(s) != nil { // not possible for a string
		return s
	}
	return b.String()[1 : b.Len()-2] // without the quotes and the line end
}

// lowerEscapes spells %2F as %2f.
func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i:], bytes.ToLower(b[i:i+3]))
			i += 2
		}
	}
	return string(b)
}

// learnEscaped learns a value of a URL by the spelling it has there, which need
// not be one of encodings: each character may be escaped or not.
func (r *Redactor) learnEscaped(raw string, unescape func(string) (string, error)) bool {
	value, err := unescape(raw)
	if err != nil {
		value = raw
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.learnSpelled(raw, value)
}

// learnSpelled learns a value that is spelled raw somewhere. It is false if the value is not
// learned; r.mu is held.
func (r *Redactor) learnSpelled(raw, value string) bool {
	s := r.learn(value)
	if s != nil && s.value == value && raw != value {
		r.forms.addText(s, strings.Clone(raw), respelled(raw, s.standIn))
	}
	return s != nil
}

// respelled is the stand-in in the spelling of raw.
func respelled(raw, standIn string) string {
	const hex = "0123456789ABCDEF"
	b := []byte(raw)
	for i, k := 0, 0; i < len(b) && k < len(standIn); i, k = i+1, k+1 {
		c := standIn[k]
		switch {
		case b[i] == '%':
			if i+2 < len(b) && alphabet(c) != "" { // what is no letter or digit stays as it is
				b[i+1], b[i+2] = hex[c>>4], hex[c&15]
			}
			i += 2
		case alphabet(c) != "":
			b[i] = c
		}
	}
	return string(b)
}
