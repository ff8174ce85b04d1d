package replay

import (
	"net/http"
	"slices"
	"strings"

	"runnertape"
	"runnertape/redact"
)

// object is a recorded answer of object storage.
type object struct {
	recorded
	query string // with the signature, or its stand-in
}

// objects are those of all storages, by host and path.
type objects map[string][]*object

// add takes an exchange with object storage. Parts of objects are not
// kept: which parts a runner asks for depends on its version.
func (all objects) add(x *runnertape.Exchange) {
	if x.Request.Method != http.MethodGet || x.Status() == http.StatusPartialContent {
		return
	}
	key := hostPort(x.Scheme, x.Host) + x.Request.Path()
	all[key] = append(all[key], &object{remember(x), x.Request.Query()})
}

// find is the recorded object at a host and path: the one with the same query, as it came or
// as it was recorded, else one where only the signature differs, else the last; but one
// that was whole goes first, and one whose content was kept.
func find(objects []*object, queries ...string) *object {
	var best *object
	most := -1
	for _, o := range objects {
		points := 0
		if o.status == http.StatusOK {
			points += 8
		}
		if o.lost == "" {
			points += 4
		}
		switch {
		case slices.Contains(queries, o.query):
			points += 2
		case redact.Anonymous("?"+o.query) == redact.Anonymous("?"+queries[0]):
			points++
		}
		if points >= most {
			best, most = o, points
		}
	}
	return best
}

// object answers a request that names a recorded storage host. It returns
// false if the recording has nothing at that address.
func (r *Replayer) object(w http.ResponseWriter, req *http.Request) (outcome, bool) {
	if req.URL.Host == "" || req.Method != http.MethodGet && req.Method != http.MethodHead {
		return 0, false
	}
	host := hostPort(req.URL.Scheme, req.URL.Host)
	if !r.index.storages[host] {
		return 0, false
	}
	objects := r.index.storage.get(r.index)[host+req.URL.EscapedPath()]
	if len(objects) == 0 {
		return 0, false
	}
	queries := []string{req.URL.RawQuery}
	if len(objects) > 1 {
		_, recorded, _ := strings.Cut(r.live(req).Target(), "?")
		queries = append(queries, recorded)
	}
	return r.replay(w, req, &find(objects, queries...).recorded), true
}

// replay gives a recorded answer again, if its body was kept.
func (r *Replayer) replay(w http.ResponseWriter, req *http.Request, a *recorded) outcome {
	if a.lost != "" {
		return r.miss(w, req, a.job, a.lost)
	}
	if err := r.serve(w, req, a); err != nil {
		return r.broken(w, req, err)
	}
	return served
}
