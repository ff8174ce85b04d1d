package decode

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"runnertape"
)

// errorText finds in an answer of 400 or more what went wrong. GitLab has
// {"message": text or object} and {"error": text} (lib/api/helpers.rb, Grape's
// error!); of other text it is the first line, of a page nothing.
func errorText(x *runnertape.Exchange, body []byte, n *notes) string {
	if upstreamStatus(x) < 400 || len(body) == 0 {
		return ""
	}
	plain, _ := Plain(x.Response.Header, body, wantsHead) // as much as there is
	if len(plain) > 0 && plain[0] == '{' {
		var said struct {
			Message json.RawMessage `json:"message"`
			Error   json.RawMessage `json:"error"`
			Status  json.RawMessage `json:"status"` // the code once more, of some proxies
		}
		n.body("response", x.Response.Header, x.Response.Body, body, &said)
		for _, raw := range []json.RawMessage{said.Message, said.Error} {
			var v any
			if json.Unmarshal(raw, &v) == nil && v != nil {
				if s := flatten(v); s != "" {
					return clean(s, 200)
				}
			}
		}
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(plain)), "\n")
	if strings.HasPrefix(line, "<") {
		return ""
	}
	return clean(strings.TrimSpace(line), 200)
}

// flatten writes a message that is an object of arrays, as validations give, in
// one line, as the runner does (gitlab-runner network/client.go
// ErrorResponseMessage).
func flatten(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			part := flatten(v[key])
			if key != "error" {
				part = key + ": " + part
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, ", ")
	case []any:
		var parts []string
		for _, e := range v {
			parts = append(parts, flatten(e))
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v)
}
