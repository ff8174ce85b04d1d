package replay

import (
	"net/http"
	"net/url"
	"strings"
	"sync"

	"runnertape"
	"runnertape/decode"
)

// repo is what was recorded of one repository over smart HTTP.
type repo struct {
	denied *recorded // a 401, asked for without credentials; nil if none was recorded
	open   bool      // whether git was served without credentials
	refs   []*advert // GET info/refs for git-upload-pack, but 401
	packs  []*fetch  // POST git-upload-pack, but 401
	rest   lines     // LFS, pushes, whatever else lies below the repository
	asks   sync.Once // reads what the packs were asked with, when first needed

	once   sync.Once  // guards what follows
	made   Repository // the repository made anew; nil before that, and if it cannot be
	unmade string     // why it cannot be
}

// advert is a recorded answer to info/refs.
type advert struct {
	recorded
	v2  bool              // asked for with protocol version 2
	sum runnertape.Digest // of its body
}

// fetch is a recorded answer to git-upload-pack.
type fetch struct {
	recorded
	requestCoding string            // content coding of the request
	sum           runnertape.Digest // of its body
	ask           *ask              // what it answers; nil until read, or if it cannot be
	unasked       string            // why what was asked was not kept; "" if it was
}

const uploadPack = "git-upload-pack"

// repos are all repositories, by path of the project.
type repos map[string]*repo

// add takes a git exchange.
func (all repos) add(x *runnertape.Exchange) {
	call := decode.Classify(x.Request.Method, x.Request.Path())
	g := all[call.Project]
	if g == nil {
		g = &repo{rest: newLines()}
		all[call.Project] = g
	}
	method, a := x.Request.Method, remember(x)
	fetches := method == http.MethodGet && call.Service == "info/refs" && serviceOf(x.Request.Query()) == uploadPack
	packs := method == http.MethodPost && call.Service == uploadPack
	if (fetches || packs) && x.Response.Status == http.StatusUnauthorized {
		if g.denied == nil || fetches {
			g.denied = &a
		}
		return
	}
	switch {
	case fetches:
		g.refs = append(g.refs, &advert{a, version2(x.Request.Header.Get("Git-Protocol")), x.Response.Body.SHA256})
	case packs:
		g.packs = append(g.packs, &fetch{recorded: a, requestCoding: x.Request.Header.ContentCoding(), sum: x.Response.Body.SHA256, unasked: lost(x.Request.Body)})
	default:
		g.rest.add(x, restKey(method, call))
		return
	}
	if !x.Request.Header.Has("Authorization") && x.Response.Status == http.StatusOK {
		g.open = true
	}
}

// restKey makes request lines as they are below a repository.
func restKey(method string, call decode.Call) func(target string) string {
	return func(target string) string {
		_, query, _ := strings.Cut(target, "?")
		return method + " " + call.Service + "?" + query
	}
}

// serviceOf is the service that a query of info/refs asks for.
func serviceOf(query string) string {
	q, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return q.Get("service")
}

// version2 tells whether a Git-Protocol header offers version 2, git's default
// since 2.26.
func version2(header string) bool {
	for word := range strings.SplitSeq(header, ":") {
		if strings.TrimSpace(word) == "version=2" {
			return true
		}
	}
	return false
}

// repo finds the repository that a path names. Before the project may stand
// this runner's path prefix, or the one of its clone_url, which is not the
// upstream's: the longest end of the path that was recorded counts.
func (ix *index) repo(project string) *repo {
	all := ix.repos.get(ix)
	for path := project; path != ""; {
		if g := all[path]; g != nil {
			return g
		}
		next := strings.IndexByte(path[1:], '/')
		if next < 0 {
			return nil
		}
		path = path[1+next:]
	}
	return nil
}

// withoutRoots lets repositories be found without the upstream's prefix too.
func (all repos) withoutRoots(prefixes map[string]bool) {
	for project, g := range all {
		if path := rootless(prefixes, project); path != project && all[path] == nil {
			all[path] = g
		}
	}
}

// readAsks reads what the recorded packs were asked with.
func (g *repo) readAsks(src Source) (failed error) {
	for _, p := range g.packs {
		if p.unasked != "" {
			continue
		}
		body, err := src.Body(p.id, runnertape.RequestSide)
		if err != nil {
			failed = err
			continue
		}
		if p.ask, err = readAsk(body, p.requestCoding); err != nil {
			failed = err
		}
		body.Close()
	}
	return failed
}
