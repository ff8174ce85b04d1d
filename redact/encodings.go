package redact

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
)

// encodings are the spellings of a value in text: as a JSON string by Go and
// Rails, which escape <, > and & as well, and by others; in a URL's query, and
// in its path or userinfo. Encodings that leave a value as it is cost nothing.
var encodings = []func(string) string{
	jsonSafe,
	jsonPlain,
	url.QueryEscape,
	func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") },
	func(s string) string { return lowerEscapes(url.QueryEscape(s)) },
}

func jsonSafe(s string) string { return jsonString(s, true) }

func jsonPlain(s string) string { return jsonString(s, false) }

func jsonString(s string, escapeHTML bool) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escapeHTML)
	e.Encode(s)
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
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
