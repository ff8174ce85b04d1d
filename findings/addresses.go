package findings

import (
	"mime"
	"net/url"
)

// hostOf is the host of an absolute URL, "" for others.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return clean(u.Host, 80)
}

// isJSON tells whether a runner takes a content type for JSON: parameters are
// fine, other types are not.
func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == "application/json"
}
