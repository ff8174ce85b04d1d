package replay

import (
	"net/http"
	"strings"
)

// here is the base URL under which a runner reached us, with the path prefix it
// used: what the upstream's URLs become in what it gets. It is "" over the
// forward ways, where the runner names the real host and nothing needs to
// change.
func here(req *http.Request, prefix string) string {
	if req.URL.Host != "" {
		return ""
	}
	scheme := "http"
	if req.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + req.Host + prefix
}

// rootless is a path without the upstream's relative URL root: recorded under
// "/gitlab/grp/proj" and asked for under "/grp/proj" it is the same. The longest
// root that fits goes.
func rootless(prefixes map[string]bool, path string) string {
	cut := ""
	for prefix := range prefixes {
		if len(prefix) > len(cut) && strings.HasPrefix(path, prefix+"/") {
			cut = prefix
		}
	}
	return path[len(cut):]
}
